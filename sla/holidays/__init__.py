"""Holidays of calendars, from countries, yearly rules and iCalendar feeds.

All of them become Holiday rows that an admin can switch off one by one. Finding them is pure:
countries.py, recurring.py and feed.py take the years or the text, and touch no database. Start with
refresh.py, which stores what they find. May import accounts and the modules of sla.
"""

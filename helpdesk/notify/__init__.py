"""Emails of notifications, as each agent chose to get them. Start with sending.py.

tickets/notify stores the choices and which emails are due; tickets/notifications.py has the words.
"""

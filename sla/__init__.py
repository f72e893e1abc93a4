"""SLA targets and clocks: what is due when, warnings, breaches, and why.

May import tickets and accounts, never routing or channels_intake. Start with calendar.py and
runs.py, which are pure arithmetic, then targets.py (which target a ticket has), followers.py and
services/ (the only writers of clocks); the deadlines that sweeps read are in models/clocks.py.
Folders: policies/, holidays/ (of calendars), and explaining/ (why a clock is due when it is).
"""

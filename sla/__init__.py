"""SLA targets and clocks: when a first response is due, warnings and breaches.

May import tickets and accounts, never routing or channels_intake. Start with calendar.py, which is
pure arithmetic, then services.py and followers.py; the deadlines that sweeps read are in models.py.
"""

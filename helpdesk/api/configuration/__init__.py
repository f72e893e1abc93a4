"""Settings of a desk over the API: calendars, SLA policies and targets, routing rules.

Read by agents, changed by desk admins. Start with sla_settings.py.
"""

"""The ticket: messages, notes, states and transitions, events and their deliveries.

May import accounts only. Start with models/tickets.py, then services/ (the only writers) and
events.py (how sla, routing and channels_intake react); access.py is the way from a number to a
ticket.
"""

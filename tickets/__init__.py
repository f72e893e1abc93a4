"""The ticket: messages, notes, states and transitions, events and their deliveries.

May import accounts only. Start with models/tickets.py, then services/ (the only writers),
changes.py (one change, written in one statement) and events.py (how sla, routing and
channels_intake react). models/queue.py has the rows that lists, counts and sweeps read, queueing.py
the tasks and their classes; access.py is the way from a number to a ticket.
"""

"""The ticket: messages, notes, states and transitions, events and their deliveries.

May import accounts only. Start with models/tickets.py, then changes.py (one change, written in one
statement, which every writer uses), services/ and events.py (how sla, routing and channels_intake
react). Most other folders are a subject each, with its own services. models/queue.py has the rows
that lists, counts and sweeps read, queueing.py the tasks and their classes; access.py is the way
from a number to a ticket.
"""

"""An agent's own work on a ticket: snoozing it, and the time spent.

It imports what tickets/services does.
"""

"""Internal notes on the ticket page: mentions, reactions, pins, watchers.

Start with cards.py. The services are in tickets/notes, and for accounts in
accounts/customers/notes.py.
"""

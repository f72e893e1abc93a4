"""Macros: prepared replies with placeholders, and prepared changes of a ticket.

May import tickets.services. Start with acts.py, which bulk changes use too, then applying.py.
"""

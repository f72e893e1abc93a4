"""Offers and handovers: work that moves to another agent for a while or for good.

May import the rest of routing, tickets and accounts. Start with lending.py; roll_call.py says who
is there, rows.py writes the handovers, notes.py what the next agent has to know.
"""

"""Offers, and work that goes from one agent to another: at the end of a shift, away, or for good.

May import the rest of routing, tickets and accounts. Start with lending.py; roll_call.py says who
is there, rows.py writes the handovers, notes.py what the next agent has to know.
"""

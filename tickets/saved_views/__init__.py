"""Saved views of ticket lists: who sees them (access.py) and who may change them (saving.py).

May import tickets.models, tickets.rules and tickets.conditions. Start with saving.py, the only
writer.
"""

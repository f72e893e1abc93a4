"""Bulk changes: one change of many tickets, made in slices, each ticket with the agent's rights.

May import tickets.macros and tickets.relations. Start with starting.py, then running.py.
"""

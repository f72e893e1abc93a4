"""Bulk changes: one change of many tickets, made in slices, each ticket with the agent's rights.

May import tickets.macros. Start with starting.py, then running.py.
"""

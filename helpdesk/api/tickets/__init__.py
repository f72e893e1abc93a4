"""Tickets over the API: list, open and show them, and every change of a ticket.

Start with tickets.py.
"""

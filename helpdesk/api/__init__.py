"""The REST API for agents of a desk: tickets, replies and notes.

Errors are RFC 9457 problems (base.py); repeated requests are safe (idempotency.py). Start with
tickets.py.
"""

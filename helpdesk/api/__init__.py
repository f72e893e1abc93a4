"""The REST API for agents of a desk: tickets, replies and notes.

Owns the views, serializers and error format below /api/v1/. May import every package below
helpdesk/, and helpdesk/shared. Errors are RFC 9457 problems (base.py); repeated requests are safe
(idempotency.py). Start with tickets.py.
"""

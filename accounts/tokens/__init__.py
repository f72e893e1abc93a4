"""API tokens: their secrets and scopes, and the services that make, rotate and revoke them.

May import the rest of accounts. Start with services.py; helpdesk/api/access signs programs in.
"""

"""Requests to addresses that an admin entered, guarded against server-side request forgery (SSRF).

May import accounts.tenancy and settings only. Start with client.py.
"""

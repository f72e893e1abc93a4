"""Contacts, accounts and agents of a desk.

Who they are is in accounts/; the tickets of a person are in helpdesk/api/tickets/. Start with
contacts.py.
"""

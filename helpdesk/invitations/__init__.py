"""Invitations of agents and contacts: the email that carries the link, and the page behind it.

Uses accounts.invitations for the rules. Start with views.py.
"""

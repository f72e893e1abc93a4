"""Invitations of agents and contacts: the email that carries the link, and the page behind it.

May import every package below helpdesk/, helpdesk/login and helpdesk/shared; the rules are in
accounts/invitations/. Start with views.py.
"""

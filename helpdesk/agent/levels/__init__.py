"""Levels on the agent pages: escalation, giving back, troubleshooting records and emergencies.

Owns the forms (forms.py), the statements (sql.py) and the cards of the ticket's panel (cards.py).
The views are in helpdesk/agent/views. Start with forms.py.
"""

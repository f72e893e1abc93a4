"""The brief of a ticket, which agents read first: its living summary and business impact.

Owns the form (forms.py), the statement (sql.py) and the card above the conversation (cards.py). The
views are in helpdesk/agent/views/tickets/briefs.py. Start with cards.py.
"""

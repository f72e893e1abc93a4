"""Handles of contacts as agent pages show them, and the form that joins one to a contact.

cards.py has what the pages show, sql.py what a ticket's page reads, forms.py the form. The views
are in helpdesk/agent/views/handles.py. Start with cards.py.
"""

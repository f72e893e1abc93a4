"""Requests for help and attention, and escalated accounts, as agent pages show them.

forms.py has their forms, cards.py (help) and attention.py what the pages show, sql.py what a
ticket's page reads. May import from the packages below helpdesk and from helpdesk.shared. Start
with cards.py.
"""

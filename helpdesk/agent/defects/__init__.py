"""Defects on the agent pages: the R&D queue, the page of a defect, its forms, and a ticket's card.

Owns the typed contexts (components.py), the queue (lists.py), the reasons for a defect's rank
(ranks.py), the page (page.py, linked_tickets.py), the forms (forms.py), and mentions such as RC-D12
in notes (mentions.py). The views are in helpdesk/agent/views/defects. Start with page.py.
"""

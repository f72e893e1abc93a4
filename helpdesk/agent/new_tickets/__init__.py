"""A ticket that an agent opens: the requester chooser, the cards of who was found, and the form.

The view is helpdesk/agent/views/new_ticket.py. Start with chooser.py.
"""

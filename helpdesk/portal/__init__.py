"""Pages for customers: requests, replies, plans and the people of an account.

Views are in views/, one module per noun; permissions.py has the access checks. May import
all packages below helpdesk/, and helpdesk/shared. Start with views/tickets.py.
"""

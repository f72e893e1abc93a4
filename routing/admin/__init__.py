"""Django admin pages of routing: shifts and rotation on the page of an agent.

May import accounts, tickets and routing. pages.py lists the modules that register pages.
"""

"""Views of the agent pages, one module per noun.

They check access, call one service or query, and fill the contexts of helpdesk/agent/components.
Start with queue.py and ticket.py; urls.py has the addresses.
"""

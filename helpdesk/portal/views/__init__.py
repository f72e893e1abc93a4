"""Views of the portal, one module per noun.

They check access, call one service, and render inside the frame of helpdesk/portal/layout.py.
Start with tickets.py.
"""

"""Views of a single ticket: the page, its conversation, and every change an agent makes to it.

Start with ticket.py.
"""

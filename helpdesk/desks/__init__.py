"""Lifecycle of a desk: create, suspend and resume, export, erase.

May import every package below helpdesk/. Management commands and the installation's admin pages
call it. Start with creation.py.
"""

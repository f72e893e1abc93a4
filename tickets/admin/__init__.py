"""Django admin pages of tickets: priorities and form fields to edit; tickets and logs, read-only.

May import accounts and tickets. pages.py lists the modules that register pages.
"""

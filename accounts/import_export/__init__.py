"""CSV import and export of accounts, domains and contacts, with django-import-export.

May import accounts only. Start with tables.py.
"""

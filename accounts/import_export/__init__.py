"""CSV import and export of accounts, domains and contacts (django-import-export).

May import accounts only. Start with tables.py.
"""

"""CSV import and export of accounts, domains and contacts, with django-import-export.

Owns the file format, its columns and the reports of lines. May import accounts only. Start with
tables.py.
"""

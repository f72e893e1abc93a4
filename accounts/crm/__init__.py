"""Sync of accounts and contacts from a desk's CRM (M38, M39).

Owns the field mapping, pulls, change reports and the Zoho client. May import accounts only.
Start with pull.py, then accounts.py (what a record may change); mapping.py is pure.
"""

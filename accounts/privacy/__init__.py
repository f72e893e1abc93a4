"""Erasing a person from this package's tables, and the text search that finds their traces.

May import accounts only. The whole erasure is in helpdesk/privacy/. Start with erasing.py.
"""

"""Email parsing and sanitizing: raw bytes in, a clean Envelope out.

Pure: no database, no clock. May import accounts.matching and tickets.remarks. Start with
parsing.py; envelope.py is the result.
"""

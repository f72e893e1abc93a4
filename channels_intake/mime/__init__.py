"""Email parsing and sanitizing: raw bytes in, a clean Envelope out.

Pure: no database, no clock. May import accounts.matching, tickets.sentences.remarks and
tickets.subjects.
Start with parsing.py; envelope.py is the result.
"""

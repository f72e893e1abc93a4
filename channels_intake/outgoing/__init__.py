"""Outgoing email: compose, send, track.

Owns the rows of outgoing email, their texts and the reply tokens. May import accounts, tickets and
channels_intake/mime. Start with sending.py.
"""

"""Outgoing email: compose, send, track.

May import accounts, tickets and channels_intake/mime. Start with sending.py.
"""

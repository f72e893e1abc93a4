"""The single way in for every channel: store the raw message, read it, find its ticket, accept it.

May import accounts, tickets and channels_intake/mime. Start with reading.py, then intake.py.
"""

"""Inbound messages: store the raw message, parse it, find its ticket, decide, accept it.

Email goes through reading.py, mail.py and the pure decision.py; everything else through
requests.py. May import accounts, tickets and channels_intake's mime/, providers/, mailboxes.py and
models/. Start with reading.py, then decision.py.
"""

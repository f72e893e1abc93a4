"""Inbound messages: store the raw message, parse it, find its ticket, decide, accept it.

Email goes through reading.py, arrival.py (what the desk knows of it), the pure decision.py and
mail.py; everything else through requests.py. May import accounts, tickets and channels_intake's
mime/, providers/, mailboxes.py and models/. Start with reading.py, then decision.py.
"""

"""The way in: store the raw message, read it, find its ticket, decide, accept it.

Mail goes through reading.py, mail.py and the pure decision.py; what comes by no mail through
requests.py. May import accounts, tickets and channels_intake's mime/, providers/, mailboxes.py and
models.py. Start with reading.py, then decision.py.
"""

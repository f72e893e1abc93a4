"""What channels bring: stored raw, translated by its connector, and put on a ticket.

storing.py takes requests and polling.py asks; processing.py reads what is stored, accepting.py
makes messages and tickets of it, and noting.py everything else. May import what connections/ may,
and its modules beside this folder; of outgoing/ only progress.py. Start with processing.py.
"""

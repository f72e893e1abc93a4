"""Replies that wait to be sent: undo send, and sending at a chosen time.

A pending reply is a row; nothing of it is on the ticket before tickets.services.reply sends it, and
the clocks count it as of then. Start with holding_back.py.
"""

"""Attention: managers ask for it, leads decide, and accounts are escalated until criteria are met.

asking.py and deciding.py handle requests, escalating.py escalated accounts; reminding.py is a
sweep. access.py is the only way to get any of them for a person. May import from tickets and
accounts. Start with asking.py.

Lock order: a request or an escalation comes after its ticket.
"""

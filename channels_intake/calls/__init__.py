"""The outbox of calls to other systems: code hosts, team chat, paging.

queueing.py stores a call with the change that causes it; sending.py sends those that are due, in
order. Each system has a connector, listed in connectors.py, that turns a row into an HTTP request
and uses the response. May import channels_intake.models, tickets and accounts. Start with
queueing.py.
"""

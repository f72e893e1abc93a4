"""Webhooks: events of tickets, sent to the URLs that a desk's admins subscribe.

storing.py is the LATER follower that adds a row to the outbox for each subscription and event;
sending.py sends what is due, in order; outcomes.py stores the results. subscriptions.py changes
subscriptions, and replaying.py sends again. kinds.py says which events are internal. May import
tickets.models, tickets.conditions and accounts. settings.WEBHOOK_BODY builds the bodies.
"""

"""Events out: bodies of webhooks, and the API of subscriptions, deliveries and the event feed.

payloads.py builds what tickets/webhooks sends (settings.WEBHOOK_BODY). docs/webhooks.md documents
it.
"""

"""What Meta's channels share: the Graph API, its webhooks and errors, and messages by the Send API.

Facebook, Instagram and WhatsApp may import it; it imports none of them. client.py sends requests,
errors.py reads what Graph answers, hooks.py checks and splits webhooks, messaging.py (pure) reads
the messages of Messenger and Instagram, sending.py answers them, and connector.py is the base of
both connectors. Sources: developers.facebook.com, documentation of the Graph API, the Messenger
Platform and Instagram Messaging, as of 2026.
"""

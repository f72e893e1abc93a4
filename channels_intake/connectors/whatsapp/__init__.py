"""WhatsApp: messages to a number of the WhatsApp Business Platform, by Meta's Cloud API.

connector.py answers them, hooks.py splits webhooks, and payloads.py (pure) reads them. What it
shares with Facebook is in meta/.
"""

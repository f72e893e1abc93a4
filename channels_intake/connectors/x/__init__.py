"""X (Twitter): mentions of an account and direct messages, by the X Activity API (docs.x.com).

connector.py is the whole of it in short. payloads.py (pure) translates events, signatures.py (pure)
checks them, client.py and tokens.py ask X, webhooks.py keeps X's webhook and subscriptions working,
sending.py answers.
"""

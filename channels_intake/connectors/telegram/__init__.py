"""Telegram: people write to the desk's bot in a private chat (core.telegram.org/bots/api).

The shortest connector, and the example of docs/connectors.md. Start with connector.py.
"""

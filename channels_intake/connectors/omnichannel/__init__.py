"""Live chat by Rocket.Chat Omnichannel: its webhook in, answers as an agent out (M27).

connector.py is the connector, payloads.py (pure) says what the webhook sends. Source:
https://docs.rocket.chat/docs/webhooks, and what Rocket.Chat's server sends beyond that page:
apps/meteor/app/livechat/server/hooks/sendToCRM.ts in its repository.
"""

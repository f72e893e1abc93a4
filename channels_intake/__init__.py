"""All channels: inbound messages from customers and outgoing email to them.

May import tickets and accounts, never sla, routing or helpdesk. Start with incoming/reading.py for
inbound and followers.py for outgoing messages.
"""

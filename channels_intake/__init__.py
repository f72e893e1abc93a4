"""Both ends of every channel: what customers send in, and the email that goes out to them.

May import tickets and accounts, never sla, routing or helpdesk. Start with incoming/reading.py for
the way in, and with followers.py for the way out.
"""

"""How agents get their notifications: topics, each person's choices, and the emails that are due.

tickets/notifications.py says whom an event notifies, and in which words. Start with topics.py.
"""

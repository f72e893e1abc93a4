"""Sends notifications that are due, as each agent chose to get them. Start with sending.py.

tickets/notify/__init__.py says what belongs where.
"""

"""The page on which an agent chooses their notifications. Start with forms.py.

tickets/notify/__init__.py says what belongs where.
"""

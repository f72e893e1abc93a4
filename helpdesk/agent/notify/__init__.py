"""The page on which an agent chooses their notifications. Start with forms.py."""

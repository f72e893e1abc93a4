"""The page on which an agent creates, rotates and revokes their own API tokens.

Start with views.py. The rules are in accounts/tokens.
"""

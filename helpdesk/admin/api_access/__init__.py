"""Admin pages of what programs may do at a desk: service accounts and API tokens.

The rules are in accounts/tokens. Start with pages.py.
"""

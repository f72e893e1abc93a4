"""Invitations of agents and contacts (M83).

Owns sending, accepting and withdrawing, and the rights of the inviter. May import accounts only.
Start with sending.py, then accepting.py.
"""

"""How people log in (django-allauth)."""

from allauth.account.adapter import DefaultAccountAdapter


class LoginAdapter(DefaultAccountAdapter):
    """Login is per desk; a new login does not make anybody an agent."""

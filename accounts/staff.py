"""The writer of the desk's people: an agent and the login behind it."""

from __future__ import annotations

from accounts.models import Agent, Role, User


def save_agent(*, agent: Agent, email: str = "") -> Agent:
    """Save an agent; a new one gets the login of that normalised address, made without a password if need be.

    An admin's login is let through to the admin site (``is_staff``). The mark stays when the role is taken
    away again: a login is global, one desk cannot see whether another needs it, and without the role at a desk
    it opens nothing there.
    """
    if agent.user_id is None:
        agent.user = find_or_make_login(email=email, name=agent.name)
    if agent.role == Role.ADMIN and agent.is_active and not agent.user.is_staff:
        agent.user.is_staff = True
        agent.user.save(update_fields=["is_staff"])
    agent.save()
    return agent


def find_or_make_login(*, email: str, name: str) -> User:
    """The login of an address. A new one has no usable password: its owner sets one by mail."""
    return User.objects.filter(email=email).first() or User.objects.create_user(email, name=name)

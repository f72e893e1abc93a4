"""The writer of the desk's people: an agent and the login behind it."""

from __future__ import annotations

from collections.abc import Iterable

from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import (
    Agent,
    AgentDepartment,
    Department,
    Invitation,
    InvitedAs,
    Role,
    User,
    Visibility,
)


def save_agent(*, agent: Agent, email: str = "") -> Agent:
    """Save an agent; a new one gets the login of that normalized address, made without a password if need be.

    An admin's login is let through to the admin site (``is_staff``). The mark stays when the role is taken
    away again: a login is global, one desk cannot see whether another needs it, and without the role at a desk
    it opens nothing there. For somebody who is switched off, no invitation that was sent before stays open.
    """
    if agent.user_id is None:
        agent.user = get_or_create_login(email=email, name=agent.name)
    if agent.role == Role.ADMIN and agent.is_active and not agent.user.is_staff:
        agent.user.is_staff = True
        agent.user.save(update_fields=["is_staff"])
    agent.save()
    if not agent.is_active:
        sent = Invitation.objects.filter(
            desk_id=agent.desk_id, email=agent.user.email, used_at=None
        )
        now = timezone.now()
        sent.filter(kind=InvitedAs.AGENT, expires_at__gt=now).update(expires_at=now)
    return agent


def join_open_departments(agent: Agent) -> None:
    """Let an agent work for all departments of the desk (M49) but those that only their members look into: a
    desk's admin names these one by one.
    """
    open_ones = Department.objects.filter(desk_id=agent.desk_id, visibility=Visibility.EVERYONE)
    _add(
        AgentDepartment(desk_id=agent.desk_id, agent=agent, department=department)
        for department in open_ones
    )


def set_department_members(*, department: Department, agents: Iterable[Agent]) -> None:
    """Let these agents work for a department, and of the others who are here nobody."""
    chosen = list(agents)
    members = AgentDepartment.objects.filter(department=department, agent__is_active=True)
    members.exclude(agent__in=chosen).delete()
    _add(
        AgentDepartment(desk_id=department.desk_id, agent=agent, department=department)
        for agent in chosen
    )


def _add(memberships: Iterable[AgentDepartment]) -> None:
    AgentDepartment.objects.bulk_create(memberships, ignore_conflicts=True)


def get_or_create_login(*, email: str, name: str) -> User:
    """The login of an address. A new one has no usable password: its owner sets one by mail.

    Nor keeps one that somebody signed up who never proved to read mail there: the desk's rights must not wait for
    whoever knows that password.
    """
    user = User.objects.filter(email=email).first()
    if user is None:
        return User.objects.create_user(email, name=name)
    drop_unverified_password(user)
    return user


def drop_unverified_password(user: User) -> None:
    """Take away a password that nobody who reads the address's mail has chosen; its owner sets one by mail."""
    if user.has_usable_password() and not has_own_password(user):
        user.set_unusable_password()
        user.save(update_fields=["password"])


def has_own_password(user: User) -> bool:
    """Whether the login has a password that the owner of its address has chosen.

    Anybody may sign up with any address and a password; nobody gets in with them before the address is proven.
    """
    proven = EmailAddress.objects.filter(user=user, email=user.email, verified=True)
    is_known = user.is_superuser or user.last_login is not None
    return user.has_usable_password() and (is_known or proven.exists())

"""Access changes: notify open event streams, which then check their access in the database.

Signals, because many write the rows that decide about access: admin pages, invitations, sign-in,
erasure, commands. Nothing is decided here, and a lost message costs time only: streams check at
each heartbeat too. A ``QuerySet.update`` of these rows sends no signal; its caller calls
``notify_access_change``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest

from accounts.models import Agent, AgentDepartment, Department, Desk, IdentityProvider, User
from helpdesk.live.pubsub import publish_access_change

# The models that decide who may see what, and whose pages to check.
WHOSE: dict[type[Model] | None, Callable[[Any], str]] = {
    Agent: lambda agent: f"agent {agent.pk}",
    AgentDepartment: lambda member: f"agent {member.agent_id}",
    Authenticator: lambda factor: f"user {factor.user_id}",
    Department: lambda department: f"desk {department.desk_id}",
    Desk: lambda desk: f"desk {desk.pk}",
    IdentityProvider: lambda provider: f"desk {provider.desk_id}",
    User: lambda user: f"user {user.pk}",
}
# Saved at each sign-in, or by their owner; no access depends on them.
IDLE_FIELDS = {"last_login", "language", "time_zone", "last_used_at"}


def notify_access_change(row: Model) -> None:
    """Notify open pages, after commit, that access that depends on this row may have changed."""
    transaction.on_commit(partial(publish_access_change, WHOSE[row._meta.concrete_model](row)))


def connect_signals() -> None:
    """Notify pages of every saved or deleted row and every sign-out. Called once at startup."""
    for model in WHOSE:
        post_save.connect(_on_save, sender=model, dispatch_uid="plumbline.access")
        post_delete.connect(_on_delete, sender=model, dispatch_uid="plumbline.access")
    user_logged_out.connect(_on_sign_out, dispatch_uid="plumbline.access")


def _on_save(
    *, instance: Model, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    is_idle = update_fields is not None and update_fields <= IDLE_FIELDS
    if not created and not is_idle:
        notify_access_change(instance)


def _on_delete(*, instance: Model, **kwargs: Any) -> None:
    notify_access_change(instance)


def _on_sign_out(*, request: HttpRequest, user: User | None, **kwargs: Any) -> None:
    if user is not None:
        # Django deletes the session after this signal, but pages must not find it anymore.
        request.session.delete()
        notify_access_change(user)

"""Find the token of a secret, and note that it was used."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model, Q

from accounts.models import Agent, ApiToken, Desk, OAuthAccessToken, OAuthApplication
from accounts.tokens.secrets import hash_secret, is_well_formed

USE_NOTED_EVERY = timedelta(minutes=1)


def find_token(*, desk: Desk, secret: str, at: datetime) -> ApiToken | None:
    """Return the usable token of a secret at this desk, with its agent and user, or None.

    The secret is looked up by its hash, so how long that takes tells nothing about it. None too
    for tokens of people who are switched off or no longer work here.
    """
    if not is_well_formed(secret):
        return None
    hashed = hash_secret(secret)
    by_secret = Q(token_hash=hashed) | Q(previous_hash=hashed, previous_until__gt=at)
    found = ApiToken.objects.filter(by_secret, desk=desk).select_related("agent__user").first()
    if found is None or not found.is_usable(at) or not can_act(found.agent):
        return None
    found.agent.desk = desk
    return found


def can_act(agent: Agent) -> bool:
    """Return True if an agent's tokens work; turn a service account on for this request.

    Service accounts are stored as inactive, so that nothing but their tokens lets them in.
    """
    if agent.is_service:
        agent.is_active = True  # never saved: the database refuses active service accounts
        return True
    return agent.is_active and agent.user.is_active


def lock_if_allowed(agent: Agent) -> bool:
    """Lock an agent and their user until the transaction ends. Return False if deactivated.

    This way, a token that is created at the same moment ends with the others.
    """
    rows = Agent.objects.select_for_update(of=("self", "user"), no_key=True)
    return can_act(rows.select_related("user").get(pk=agent.pk))


def note_use(token: ApiToken | OAuthAccessToken, *, ip: str | None, at: datetime) -> None:
    """Note time and address of a token's last use, at most once a minute.

    Doesn't wait for the row: if another request holds it, that one notes the use.
    """
    if _is_due(token, at):
        _note(token, {"last_used_at": at, "last_ip": ip}, at)


def note_use_of_application(application: OAuthApplication, *, at: datetime) -> None:
    """Note the time of an application's last use by anyone, at most once a minute."""
    if _is_due(application, at):
        _note(application, {"last_used_at": at}, at)


def _is_due(row: Any, at: datetime) -> bool:
    return row.last_used_at is None or bool(row.last_used_at <= at - USE_NOTED_EVERY)


def _note(row: Model, values: dict[str, Any], at: datetime) -> None:
    stale = Q(last_used_at=None) | Q(last_used_at__lte=at - USE_NOTED_EVERY)
    table = type(row)._default_manager
    with transaction.atomic():
        rows = table.filter(stale, pk=row.pk)
        free = rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
        table.filter(pk__in=list(free)).update(**values)

"""Find the token of a secret, and note that it was used."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.models import Agent, ApiToken, Desk
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


def note_use(token: ApiToken, *, ip: str | None, at: datetime) -> None:
    """Note time and address of a token's last use, at most once a minute.

    Doesn't wait for the row: if another request holds it, that one notes the use.
    """
    newest = at - USE_NOTED_EVERY
    if token.last_used_at is not None and token.last_used_at > newest:
        return
    stale = Q(last_used_at=None) | Q(last_used_at__lte=newest)
    with transaction.atomic():
        rows = ApiToken.objects.filter(stale, pk=token.pk)
        free = rows.select_for_update(skip_locked=True, no_key=True).values_list("pk", flat=True)
        ApiToken.objects.filter(pk__in=list(free)).update(last_used_at=at, last_ip=ip)

"""Applications that agents allowed to act in their name (OAuth 2.1)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from accounts.audit import Actor, record_audit
from accounts.models import (
    Agent,
    AuditAction,
    Desk,
    OAuthAccessToken,
    OAuthApplication,
    OAuthGrant,
    OAuthRefreshToken,
    User,
)
from accounts.tenancy import system_scope
from accounts.tokens.lookup import can_act
from accounts.tokens.scopes import clean_scopes
from accounts.tokens.secrets import hash_secret, is_well_formed

KEPT_DAYS = 90  # of refresh tokens without a use, as OAUTH2_PROVIDER says


@dataclass(frozen=True, slots=True)
class LastUse:
    """When and from where an application last acted for a person."""

    at: datetime
    ip: str


def list_allowed_applications(
    *, desk: Desk, user: User
) -> list[tuple[OAuthApplication, list[str], LastUse | None]]:
    """Return the applications with a token of this person at this desk, scopes and last use."""
    live = OAuthRefreshToken.objects.filter(desk=desk, user=user, revoked=None)
    own = OAuthAccessToken.objects.filter(desk=desk, user=user)
    holding = Q(pk__in=live.values("application")) | Q(pk__in=own.values("application"))
    used = own.exclude(last_used_at=None).order_by("last_used_at")
    uses = {one.application_id: LastUse(one.last_used_at, one.last_ip or "") for one in used}
    granted: dict[int, set[str]] = defaultdict(set)
    for application_id, scope in own.values_list("application_id", "scope"):
        granted[application_id].update(scope.split())
    return [
        (one, clean_scopes(granted[one.pk] or one.scopes), uses.get(one.pk))
        for one in OAuthApplication.objects.filter(holding, desk=desk)
    ]


def find_access_token(*, desk: Desk, secret: str, at: datetime) -> OAuthAccessToken | None:
    """Return the usable access token of a secret at this desk, or None. Looked up by its hash."""
    if not is_well_formed(secret):
        return None
    found = OAuthAccessToken.objects.filter(desk=desk, token_checksum=hash_secret(secret))
    return found.filter(expires__gt=at).select_related("application", "user").first()


def find_agent(desk: Desk, token: OAuthAccessToken) -> Agent | None:
    """Return whom an access token acts for: its person, or the application's service account."""
    mine = Agent.objects.select_related("user").filter(desk=desk)
    if token.user_id is None:
        agent = mine.filter(pk=token.application.service_id, is_service=True).first()
    else:
        agent = mine.filter(user=token.user_id, is_service=False).first()
    if agent is None or not can_act(agent):
        return None
    agent.desk = desk
    return agent


def withdraw_application(
    *, desk: Desk, application: OAuthApplication, user: User, at: datetime
) -> bool:
    """End all tokens of a person for an application. Return False if there were none."""
    mine = {"desk": desk, "application": application, "user": user}
    with transaction.atomic():
        ended = OAuthGrant.objects.filter(**mine).delete()[0]
        ended += OAuthRefreshToken.objects.filter(**mine, revoked=None).update(
            revoked=at, access_token=None
        )
        ended += OAuthAccessToken.objects.filter(**mine).delete()[0]
        if ended:
            record_audit(
                desk=desk, by=user, action=AuditAction.APPLICATION_WITHDRAWN, about=application
            )
    return bool(ended)


def delete_expired_tokens(*, at: datetime) -> int:
    """Delete what no application can use any more, at every desk. Return the number of rows."""
    old = at - timedelta(days=KEPT_DAYS)
    unused = Q(revoked=None, access_token__expires__lt=old) | Q(revoked=None, access_token=None)
    with system_scope("delete expired tokens of applications"), transaction.atomic():
        dead = list(
            OAuthRefreshToken.objects.filter(unused | Q(revoked__lt=old)).values_list(
                "pk", flat=True
            )
        )
        OAuthAccessToken.objects.filter(source_refresh_token__in=dead).update(
            source_refresh_token=None
        )
        deleted = OAuthGrant.objects.filter(expires__lt=at).delete()[0]
        deleted += OAuthRefreshToken.objects.filter(pk__in=dead).delete()[0]
        live = OAuthRefreshToken.objects.filter(revoked=None).values("access_token")
        over = OAuthAccessToken.objects.filter(expires__lt=at).exclude(
            pk__in=live.exclude(access_token=None)
        )
        return deleted + over.delete()[0]


def end_tokens_of_user(user: User, *, by: Actor, desk: Desk | None = None) -> int:
    """Delete all tokens of a person in the scope that the caller has entered. Return how many.

    desk: only those at this desk. Each application that had one leaves an audit entry.
    """
    mine = {"user": user} | ({"desk": desk} if desk else {})
    access = OAuthAccessToken.objects.filter(**mine)
    live = OAuthRefreshToken.objects.filter(**mine, revoked=None)
    holding = Q(pk__in=live.values("application")) | Q(pk__in=access.values("application"))
    _record_end(holding, user, by)
    access.update(source_refresh_token=None)
    deleted = OAuthGrant.objects.filter(**mine).delete()[0]
    deleted += OAuthRefreshToken.objects.filter(**mine).delete()[0]
    return deleted + access.delete()[0]


def _record_end(holding: Q, user: User, by: Actor) -> None:
    agents = dict(Agent.objects.filter(user=user).values_list("desk_id", "pk"))
    for application in OAuthApplication.objects.filter(holding):
        record_audit(
            desk=application.desk_id,
            by=by,
            action=AuditAction.APPLICATION_WITHDRAWN,
            about=application,
            detail={"agent": agents.get(application.desk_id)},
        )

"""Make, rotate and revoke API tokens. Each change leaves an audit entry in its transaction."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audit import Actor, record_audit
from accounts.models import Agent, ApiToken, AuditAction, Desk, User
from accounts.models.tokens import DEFAULT_REQUESTS_PER_MINUTE
from accounts.tenancy import system_scope
from accounts.tokens.applications import end_tokens_of_user
from accounts.tokens.lookup import lock_if_allowed
from accounts.tokens.scopes import clean_scopes
from accounts.tokens.secrets import SecretKind, get_hint, hash_secret, make_secret

MAX_TOKENS = 50  # usable ones of an agent
ENDED_KEPT = timedelta(days=90)


class TokenError(Exception):
    """A token can't be made or changed like this. The text says why."""

    def __init__(self, text: str, *, field: str = "") -> None:
        super().__init__(text)
        self.field = field


def create_token(
    *,
    agent: Agent,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    by: User,
    passed_two_factor: bool,
    at: datetime,
    requests_per_minute: int = DEFAULT_REQUESTS_PER_MINUTE,
) -> tuple[ApiToken, str]:
    """Create a token and return it with its secret, which is stored nowhere.

    by: the agent's own user, or the admin who makes the token of a service account. Raises
    TokenError without a scope, for too long a life, above MAX_TOKENS, and for an agent who was
    deactivated at the same moment.
    """
    granted = clean_scopes(scopes)
    if not granted:
        raise TokenError(_("Choose at least one scope."), field="scopes")
    check_expiry(agent.desk, expires_at, at=at)
    kind = SecretKind.SERVICE if agent.is_service else SecretKind.PERSONAL
    secret = make_secret(kind)
    with transaction.atomic():
        if not lock_if_allowed(agent):
            raise TokenError(_("Your account here is deactivated. Ask an admin of the help desk."))
        _delete_ended(agent, before=at - ENDED_KEPT)
        if list_usable_tokens(agent, at=at).count() >= MAX_TOKENS:
            text = _("The limit is %(limit)s active tokens. Revoke one first.")
            raise TokenError(text % {"limit": MAX_TOKENS})
        token = ApiToken.objects.create(
            desk_id=agent.desk_id,
            agent=agent,
            name=name,
            token_hash=hash_secret(secret),
            hint=get_hint(secret),
            scopes=granted,
            passed_two_factor=passed_two_factor,
            requests_per_minute=requests_per_minute,
            created_at=at,
            created_by=by,
            expires_at=expires_at,
        )
        _audit(token, AuditAction.TOKEN_CREATED, by, {"scopes": granted})
    return token, secret


def check_expiry(desk: Desk, expires_at: datetime | None, *, at: datetime) -> None:
    """Raise TokenError if a token of this desk may not live until then. None is for ever."""
    if expires_at is not None and expires_at <= at:
        raise TokenError(_("Choose a date in the future."), field="days")
    days = desk.max_token_days
    if not days or (expires_at is not None and expires_at <= at + timedelta(days=days, hours=1)):
        return
    text = ngettext(
        "At this help desk, tokens can be valid for at most %(count)s day.",
        "At this help desk, tokens can be valid for at most %(count)s days.",
        days,
    )
    raise TokenError(text % {"count": days}, field="days")


def rotate_token(
    *, token: ApiToken, overlap: timedelta, by: User, passed_two_factor: bool, at: datetime
) -> str:
    """Give a token a new secret and return it. The old one works until the overlap is over.

    The token keeps its time of expiry. Raises TokenError for one that isn't usable any more.
    """
    with transaction.atomic():
        locked = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
        if not locked.is_usable(at):
            raise TokenError(_("This token no longer works. Create a new one."))
        secret = make_secret(SecretKind.SERVICE if locked.agent.is_service else SecretKind.PERSONAL)
        locked.previous_hash = locked.token_hash if overlap else None
        locked.previous_until = at + overlap if overlap else None
        locked.token_hash, locked.hint = hash_secret(secret), get_hint(secret)
        locked.passed_two_factor = passed_two_factor
        locked.save(
            update_fields=[
                *("token_hash", "hint", "previous_hash", "previous_until", "passed_two_factor")
            ]
        )
        _audit(locked, AuditAction.TOKEN_ROTATED, by, {"overlap": int(overlap.total_seconds())})
    return secret


def revoke_token(*, token: ApiToken, by: Actor, at: datetime) -> bool:
    """End a token at once. Return False if that was done before."""
    with transaction.atomic():
        locked = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
        if locked.revoked_at is not None:
            return False
        locked.revoked_at, locked.previous_hash, locked.previous_until = at, None, None
        locked.save(update_fields=["revoked_at", "previous_hash", "previous_until"])
        _audit(locked, AuditAction.TOKEN_REVOKED, by, {})
    return True


def revoke_tokens_of_user(*, user: User, by: Actor, at: datetime) -> int:
    """End all of a person's own tokens, at every desk, such as after a new password.

    The tokens of service accounts that they made stay: those belong to the desk.
    """
    with system_scope("end the tokens of a person at every desk"), transaction.atomic():
        end_tokens_of_user(user, by=by)
        tokens = list(ApiToken.objects.filter(agent__user=user, revoked_at=None))
        return sum(revoke_token(token=token, by=by, at=at) for token in tokens)


def end_tokens_of_agent(agent: Agent, *, by: Actor, at: datetime) -> int:
    """End all of a person's own tokens at one desk, such as when they stop working there."""
    with transaction.atomic():
        end_tokens_of_user(agent.user, by=by, desk=agent.desk)
        tokens = list(ApiToken.objects.filter(desk=agent.desk_id, agent=agent, revoked_at=None))
        return sum(revoke_token(token=token, by=by, at=at) for token in tokens)


def list_usable_tokens(agent: Agent, *, at: datetime) -> QuerySet[ApiToken]:
    """Return an agent's tokens that were not revoked and have not expired, newest first."""
    mine = ApiToken.objects.filter(desk=agent.desk_id, agent=agent, revoked_at=None)
    return mine.exclude(expires_at__lte=at)


def _delete_ended(agent: Agent, *, before: datetime) -> None:
    ended = Q(revoked_at__lt=before) | Q(expires_at__lt=before)
    ApiToken.objects.filter(ended, desk=agent.desk_id, agent=agent).delete()


def _audit(token: ApiToken, action: AuditAction, by: Actor, detail: dict[str, object]) -> None:
    owner = {"agent": token.agent_id, "hint": token.hint}
    record_audit(desk=token.desk_id, by=by, action=action, about=token, detail=owner | detail)

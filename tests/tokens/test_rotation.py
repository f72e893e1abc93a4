"""A rotated token gets a new secret; the old one works for the chosen overlap only."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditAction, AuditEntry
from accounts.tenancy import desk_scope
from accounts.tokens import services
from accounts.tokens.lookup import find_token
from accounts.tokens.services import TokenError, create_token, revoke_token, rotate_token
from tests.cast import Cast
from tests.tokens.programs import make_token

HOUR = timedelta(hours=1)


def test_the_old_secret_ends_with_the_overlap_and_at_once_without_one(rocket: Cast) -> None:
    now, user = timezone.now(), rocket.analyst.user
    token, first = make_token(rocket.desk, rocket.analyst)
    with desk_scope(rocket.desk):
        given = {"token": token, "by": user, "passed_two_factor": False}
        second = rotate_token(**given, overlap=HOUR, at=now)

        def works(secret: str, at: object = now) -> bool:
            return find_token(desk=rocket.desk, secret=secret, at=at) is not None

        assert works(first)
        assert works(second)
        assert not works(first, now + HOUR)
        assert works(second, now + HOUR)
        third = rotate_token(**given, overlap=timedelta(), at=now)
        assert [works(secret) for secret in (first, second, third)] == [False, False, True]


def test_a_revoked_token_ends_with_its_old_secret_and_is_not_rotated(rocket: Cast) -> None:
    now, user = timezone.now(), rocket.analyst.user
    token, first = make_token(rocket.desk, rocket.analyst)
    with desk_scope(rocket.desk):
        given = {"token": token, "by": user, "passed_two_factor": False, "overlap": HOUR}
        second = rotate_token(**given, at=now)
        assert revoke_token(token=token, by=user, at=now)
        assert not revoke_token(token=token, by=user, at=now), "it was revoked before"
        for secret in (first, second):
            assert find_token(desk=rocket.desk, secret=secret, at=now) is None
        with pytest.raises(TokenError):
            rotate_token(**given, at=now)
        kinds = [AuditAction.TOKEN_REVOKED, AuditAction.TOKEN_ROTATED, AuditAction.TOKEN_CREATED]
        entries = AuditEntry.objects.filter(desk=rocket.desk, action__in=kinds)
        assert [entry.action for entry in entries] == kinds
        stored = str([entry.detail for entry in entries])
        assert first not in stored
        assert second not in stored


def test_tokens_are_limited_in_number_and_life(
    rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = timezone.now()
    rocket.desk.max_token_days = 30
    monkeypatch.setattr(services, "MAX_TOKENS", 1)
    with desk_scope(rocket.desk):
        rocket.analyst.desk = rocket.desk
        given = {
            "agent": rocket.analyst,
            "name": "x",
            "by": rocket.analyst.user,
            "passed_two_factor": False,
            "at": now,
        }
        soon, read = now + timedelta(days=30), ["tickets:read"]
        for wrong in (
            {"expires_at": None, "scopes": read},
            {"expires_at": now + timedelta(days=31), "scopes": read},
            {"expires_at": now, "scopes": read},
            {"expires_at": soon, "scopes": ["everything"]},
        ):
            with pytest.raises(TokenError):
                create_token(**given, **wrong)
        create_token(**given, expires_at=soon, scopes=read)
        with pytest.raises(TokenError):
            create_token(**given, expires_at=soon, scopes=read)

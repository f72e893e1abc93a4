"""Tokens of someone who stopped working here stay ended when they come back."""

from __future__ import annotations

from typing import Any

from accounts.models import AuditAction, AuditEntry
from accounts.tenancy import system_scope
from tests.cast import Cast
from tests.tokens.applications import admit, allow, exchange
from tests.tokens.programs import make_program, make_token
from tests.tokens.test_agent_page import sign_in_with_password

URL = "/rocket/api/v1/tickets/"


def save_by_api(admin: Any, cast: Cast, is_active: bool) -> None:
    url, values = f"/rocket/api/v1/agents/{cast.analyst.pk}/", {"is_active": is_active}
    answer = admin.patch(url, values, content_type="application/json")
    assert answer.json()["is_active"] == is_active


def test_they_are_ended_for_good(rocket: Cast, sign_in: Any) -> None:
    application, secret = admit(rocket.desk, rocket.admin.user)
    code = allow(sign_in_with_password(rocket.analyst), application)
    tokens = [
        make_token(rocket.desk, rocket.analyst)[1],
        exchange(application, secret, code=code).json()["access_token"],
    ]
    kept = make_program(make_token(rocket.desk, rocket.colleague)[1])
    programs = [make_program(token) for token in tokens]
    assert [program.get(URL).status_code for program in programs] == [200, 200]
    admin = sign_in(rocket.admin.user)
    for is_active in (False, True):
        save_by_api(admin, rocket, is_active)
        assert [program.get(URL).status_code for program in programs] == [401, 401], is_active
    assert kept.get(URL).status_code == 200
    with system_scope("test"):
        assert AuditEntry.objects.filter(action=AuditAction.TOKEN_REVOKED).count() == 1

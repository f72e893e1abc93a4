"""Tokens of a deactivated person stay ended after a reactivation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditAction, AuditEntry, User
from accounts.staff import save_agent
from accounts.tenancy import desk_scope, system_scope
from accounts.tokens.service_accounts import create_service_account
from accounts.tokens.services import TokenError, create_token
from tests.admin.test_users import save as save_user
from tests.cast import Cast
from tests.races.threads import meanwhile
from tests.tokens.applications import admit, allow, exchange
from tests.tokens.programs import make_program, make_token
from tests.tokens.test_agent_page import sign_in_with_password

URL = "/rocket/api/v1/tickets/"
Switch = Callable[[bool], None]


@pytest.fixture
def root(rocket: Cast, matter: Cast) -> User:
    return User.objects.create_superuser("root@host.example", "x")


@pytest.fixture
def by_api(rocket: Cast, sign_in: Any) -> Switch:
    admin, url = sign_in(rocket.admin.user), f"/rocket/api/v1/agents/{rocket.analyst.pk}/"

    def switch(is_active: bool) -> None:
        answer = admin.patch(url, {"is_active": is_active}, content_type="application/json")
        assert answer.json()["is_active"] == is_active

    return switch


@pytest.fixture
def by_installation(rocket: Cast, root: User, sign_in: Any) -> Switch:
    browser, user = sign_in(root), rocket.analyst.user

    def switch(is_active: bool) -> None:
        save_user(browser, user, is_active="on" if is_active else "")
        user.refresh_from_db()
        assert user.is_active == is_active

    return switch


def make_tokens(cast: Cast) -> list[Client]:
    """Return programs with a personal token, and with one of an application."""
    application, secret = admit(cast.desk, cast.admin.user)
    code = allow(sign_in_with_password(cast.analyst), application)
    tokens = [
        make_token(cast.desk, cast.analyst)[1],
        exchange(application, secret, code=code).json()["access_token"],
    ]
    return [make_program(token) for token in tokens]


def call(*programs: Client) -> list[int]:
    return [program.get(URL).status_code for program in programs]


def check_end_for_good(cast: Cast, switch: Switch, by: User) -> None:
    programs = make_tokens(cast)
    with desk_scope(cast.desk):
        service = create_service_account(
            desk=cast.desk, name="Billing", role="analyst", departments=(), by=cast.analyst.user
        )
    kept = [make_program(make_token(cast.desk, one)[1]) for one in (cast.colleague, service)]
    assert call(*programs) == [200, 200]
    for is_active in (False, True):
        switch(is_active)
        assert call(*programs) == [401, 401], is_active
    assert call(*kept) == [200, 200], "of others, and of the desk"
    ends = (AuditAction.TOKEN_REVOKED, AuditAction.APPLICATION_WITHDRAWN)
    with system_scope("test"):
        entries = AuditEntry.objects.filter(action__in=ends, desk=cast.desk)
        found = set(entries.values_list("action", "user_id", "detail__agent"))
    assert found == {(end, by.pk, cast.analyst.pk) for end in ends}


def test_the_desk_deactivates_an_agent(rocket: Cast, by_api: Switch) -> None:
    check_end_for_good(rocket, by_api, rocket.admin.user)


def test_the_installation_deactivates_a_user(
    rocket: Cast, root: User, by_installation: Switch
) -> None:
    check_end_for_good(rocket, by_installation, root)


def test_an_address_that_passes_to_someone_else_ends_them_too(
    rocket: Cast, root: User, sign_in: Any
) -> None:
    programs = make_tokens(rocket)
    save_user(sign_in(root), rocket.analyst.user, email="next@rocket.example")
    assert call(*programs) == [401, 401]


def test_both_forms_warn_about_it(rocket: Cast, root: User, sign_in: Any) -> None:
    pages = {
        f"/rocket/admin/accounts/agent/{rocket.analyst.pk}/change/": rocket.admin.user,
        f"/admin/accounts/user/{rocket.analyst.user_id}/change/": root,
    }
    for page, user in pages.items():
        assert "API tokens and the access of" in sign_in(user).get(page).content.decode(), page


@pytest.mark.django_db(transaction=True)
def test_a_token_that_is_made_at_the_same_moment_is_refused(rocket: Cast) -> None:
    agent, errors = rocket.analyst, []

    def switch_off() -> None:
        agent.is_active = False
        save_agent(agent=agent, by=rocket.admin.user)

    def create() -> None:
        try:
            create_token(
                agent=rocket.analyst, name="Late", scopes=["tickets:read"], expires_at=None,
                by=agent.user, passed_two_factor=False, at=timezone.now(),
            )  # fmt: skip
        except TokenError as error:
            errors.append(str(error))

    meanwhile(rocket, switch_off, create)
    assert len(errors) == 1
    assert "deactivated" in errors[0]

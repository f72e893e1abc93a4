"""Every response of a limit says how long to wait, in words and in Retry-After."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory

from helpdesk.shared.http.rate_limits import (
    format_wait,
    is_within_limit,
    note_wait,
    too_many_requests,
)
from tests.cast import PASSWORD, Cast

ONE = "1/5m/ip"


def last_of(client: Client, path: str, form: dict[str, str], *, times: int) -> HttpResponse:
    return [client.post(path, form) for _ in range(times)][-1]


def says_when(answer: HttpResponse, minutes: str) -> bool:
    """Return True for a 429 whose page and header state the same wait."""
    assert answer.status_code == HTTPStatus.TOO_MANY_REQUESTS
    found = re.findall(r"Try again in (\d+ \w+)\.", answer.content.decode())
    return {*found} == {minutes} and 0 < int(answer["Retry-After"]) <= 24 * 3600


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (1, "Try again in 1 minute."),
        (60, "Try again in 1 minute."),
        (61, "Try again in 2 minutes."),
        (240, "Try again in 4 minutes."),
        (3599, "Try again in 60 minutes."),
        (3600, "Try again in 1 hour."),
        (3601, "Try again in 2 hours."),
        (86_400, "Try again in 24 hours."),
    ],
)
def test_a_wait_is_rounded_up(seconds: int, text: str) -> None:
    assert format_wait(seconds) == text


@pytest.mark.parametrize(
    ("path", "form", "times", "minutes"),
    [
        ("login/", {"login": "a@acme.example", "password": "wrong"}, 6, "5 minutes"),
        ("login/password/reset/", {"email": "a@acme.example"}, 4, "1 hour"),
        ("invitation/unknown/", {}, 21, "1 minute"),
        ("login/sso/1/", {}, 21, "1 minute"),
    ],
)
def test_pages_say_when(
    in_rocket: Cast, client: Client, path: str, form: dict[str, str], times: int, minutes: str
) -> None:
    assert says_when(last_of(client, f"/rocket/{path}", form, times=times), minutes)


def test_pages_that_allauth_limits_say_when(in_rocket: Cast, client: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "login": ONE,
        "signup": ONE,
        "reset_password_from_key": ONE,
    }
    settings.MFA_RATE_LIMITS = {"webauthn_login": ONE}
    for path in ("", "sign-up/", "password/reset/1-set-password/", "passkeys/sign-in/"):
        assert says_when(last_of(client, f"/rocket/login/{path}", {}, times=2), "5 minutes")


def test_account_settings_say_when(in_rocket: Cast, client: Client, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {
        "change_password": "1/5m/user",
        "reauthenticate": "1/5m/user",
    }
    form = {"login": in_rocket.customer.email, "password": PASSWORD}
    assert client.post("/rocket/login/", form).status_code == 302
    for path in ("password/change/", "again/"):
        assert says_when(last_of(client, f"/rocket/login/{path}", {}, times=2), "5 minutes")


def test_the_api_gets_problem_json(rf: RequestFactory) -> None:
    request = rf.post("/api/v1/tickets/")
    note_wait(request, 200)
    answer = too_many_requests(request)
    assert (answer.status_code, answer["Retry-After"]) == (429, "200")
    assert answer["Content-Type"] == "application/problem+json"
    assert b"Try again in 4 minutes." in answer.content


@pytest.mark.django_db
def test_the_longest_of_several_limits_counts(rf: RequestFactory, settings) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"draft": "1/2m/ip,1/2h/ip"}
    request = rf.post("/", REMOTE_ADDR="192.0.2.1")
    assert is_within_limit(request, "draft")
    assert not is_within_limit(request, "draft")
    assert int(too_many_requests(request)["Retry-After"]) > 7100

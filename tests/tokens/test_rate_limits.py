"""Every answer of the API says how many requests are left; beyond the limit it is 429."""

from __future__ import annotations

import re

import pytest
import redis
from django.test import Client
from pytest_django.fixtures import Settings

from helpdesk.api.access import limits
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token

URL = "/rocket/api/v1/tickets/"


def test_a_token_has_its_own_limit(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst, requests_per_minute=2)
    _token, other = make_token(rocket.desk, rocket.analyst)
    program = make_program(secret)
    answers = [program.get(URL) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert [answer["RateLimit-Policy"] for answer in answers] == ['"token";q=2;w=60'] * 3
    for answer, left in zip(answers, (1, 0, 0), strict=True):
        assert re.fullmatch(rf'"token";r={left};t=\d+', answer["RateLimit"])
    refused = answers[2]
    assert refused["Content-Type"] == "application/problem+json"
    assert 1 <= int(refused["Retry-After"]) <= 60
    assert refused.json()["status"] == 429
    assert make_program(other).get(URL).status_code == 200


def test_answers_without_a_token_have_the_headers_too(rocket: Cast, settings: Settings) -> None:
    settings.API_REQUESTS_PER_ADDRESS = 1_000_001
    for path in (URL, "/rocket/api/v1/nothing/"):
        assert Client().get(path)["RateLimit-Policy"] == '"address";q=1000001;w=60'
    assert "RateLimit" not in Client().get("/rocket/login/")


def test_without_valkey_nothing_is_refused(rocket: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst, requests_per_minute=1)

    class Down(redis.Redis):
        def execute_command(self, *args: object, **options: object) -> None:
            raise redis.ConnectionError("down")

    limits.valkey.reset()
    monkeypatch.setattr(limits.valkey, "_connect", Down)
    program = make_program(secret)
    assert [program.get(URL).status_code for _ in range(3)] == [200] * 3
    limits.valkey.reset()

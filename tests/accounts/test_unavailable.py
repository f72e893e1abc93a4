"""Responses without a desk's pages: a suspended desk and an unavailable database."""

from __future__ import annotations

import pytest
from django.db import InterfaceError, OperationalError
from django.test import Client
from pytest_django.fixtures import Settings

from accounts import middleware
from accounts.models import Desk
from tests.cast import Cast


@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_without_a_database_the_answer_says_to_try_again(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    def fail(request: object) -> None:
        raise error("connection refused: secret-host")

    monkeypatch.setattr(middleware, "find_desk", fail)
    answer = Client().get("/rocket/agent/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Cache-Control"] == "no-store"
    text = answer.content.decode()
    assert text == "The help desk is temporarily unavailable. Please try again in a minute."


def test_a_suspended_desk_says_so_with_its_name(rocket: Cast) -> None:
    Desk.objects.filter(pk=rocket.desk.pk).update(is_suspended=True, name="Rocket & Söhne")
    answer = Client().get("/rocket/agent/")
    assert (answer.status_code, answer["Retry-After"]) == (503, "3600")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "The help desk of Rocket & Söhne is temporarily suspended." in answer.content.decode()


@pytest.mark.parametrize(("accepted", "language"), [("de", "de"), ("xx", "en"), ("", "en")])
def test_both_answers_are_in_the_browsers_language(
    accepted: str, language: str, rocket: Cast, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "German")]
    Desk.objects.filter(pk=rocket.desk.pk).update(is_suspended=True)
    asked = {"Accept-Language": accepted}
    assert Client().get("/rocket/agent/", headers=asked)["Content-Language"] == language
    monkeypatch.setattr(middleware, "find_desk", lambda request: raise_operational())
    assert Client().get("/rocket/agent/", headers=asked)["Content-Language"] == language


def raise_operational() -> None:
    raise OperationalError

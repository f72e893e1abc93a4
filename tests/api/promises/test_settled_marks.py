"""What a process remembers of settled times: lists of changes miss none, and don't become empty."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from accounts.database import settled

START = datetime(2026, 5, 4, 12, tzinfo=UTC)
LONG = {"9/1"}


@pytest.fixture(autouse=True)
def in_a_new_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settled, "_marks", [])
    monkeypatch.setattr(settled, "PAUSE_SECONDS", 0)


def look(monkeypatch: pytest.MonkeyPatch, find: Callable[[], tuple[datetime, set[str]]]) -> None:
    monkeypatch.setattr(settled, "_list_writers", find)


def test_a_long_transaction_hides_nothing_that_was_settled_before(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    look(monkeypatch, lambda: (START, set()))
    assert settled.find_settled_time() == START - settled.MARGIN
    for second in range(1, 3 * settled.MAX_MARKS):
        look(monkeypatch, partial(tuple, (START + timedelta(seconds=second), LONG)))
        assert settled.find_settled_time() == START - settled.MARGIN, second
    assert len(settled._marks) <= settled.MAX_MARKS + 1
    end = START + timedelta(hours=1)
    look(monkeypatch, lambda: (end, set()))
    assert settled.find_settled_time() == end - settled.MARGIN


def test_no_connection_is_held_during_the_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    steps: list[str] = []
    monkeypatch.setattr(settled, "release_connection", lambda: steps.append("release"))
    monkeypatch.setattr(settled.time, "sleep", lambda _: steps.append("sleep"))
    look(monkeypatch, lambda: (START, LONG))
    assert settled.find_settled_time() == settled.UNKNOWN - settled.MARGIN
    assert steps == ["release", "sleep"] * settled.TRIES


def test_the_later_look_of_another_thread_settles_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find() -> tuple[datetime, set[str]]:
        # Another thread looks later, and sees a transaction that has only just begun.
        settled._marks.append((START + timedelta(minutes=1), LONG))
        return START, set()

    look(monkeypatch, find)
    assert settled.find_settled_time() == START - settled.MARGIN
    look(monkeypatch, lambda: (START + timedelta(minutes=2), set()))
    assert settled.find_settled_time() == START + timedelta(minutes=2) - settled.MARGIN

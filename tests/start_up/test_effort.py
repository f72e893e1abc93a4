"""Limits on effort catch work that grows too fast, and nothing else."""

from __future__ import annotations

import re
from time import process_time

import pytest

from tests import effort
from tests.effort import run_within, spend_at_most

TRAILING = re.compile(r" +$")  # of a run of spaces in a line, each is a start
SPACES = " " * 8_000 + "x"


def test_work_that_grows_with_the_square_fails() -> None:
    with pytest.raises(AssertionError, match=r"units of CPU time, of 4 allowed"):
        run_within(4, TRAILING.search, SPACES)
    with pytest.raises(AssertionError, match=r"units of CPU time, of 4 allowed"), spend_at_most(4):
        TRAILING.search(SPACES)


def test_work_that_grows_with_the_text_passes_and_returns_its_result() -> None:
    assert run_within(4, SPACES.rstrip, " ") == SPACES
    with spend_at_most(4):
        SPACES.rstrip()


def test_a_slow_machine_allows_as_much_work(monkeypatch: pytest.MonkeyPatch) -> None:
    """All takes a hundred times as long on it; the same work passes and the same fails."""
    monkeypatch.setattr(effort, "process_time", lambda: process_time() * 100)
    run_within(4, SPACES.rstrip)
    with pytest.raises(AssertionError):
        run_within(4, TRAILING.search, SPACES)


def test_one_slow_try_is_forgiven() -> None:
    tries = iter([SPACES, "x"])
    assert run_within(4, lambda: TRAILING.search(next(tries))) is None
    assert list(tries) == []

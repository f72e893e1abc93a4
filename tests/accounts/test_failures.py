"""Failures of single rows: kept in words, logged, and never in the way of other rows."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from django.db import connection, transaction
from django.db.transaction import TransactionManagementError

from accounts.failures import MAX_ERROR_CHARS, capture_failure, find_time_limit
from accounts.models import Desk, Plan
from accounts.tenancy import desk_scope
from tests.cast import Cast


def test_a_failure_is_kept_in_words_and_logged_with_its_facts(
    caplog: pytest.LogCaptureFixture,
) -> None:
    kept: list[str] = []
    with capture_failure(kept.append, event="row_failed", row=7):
        raise OSError("no space left")
    assert kept == ["OSError: no space left"]
    (record,) = caplog.records
    entry: Any = record.msg  # structlog hands its facts to the formatter as a dict
    assert (entry["event"], entry["row"], entry["level"]) == ("row_failed", 7, "error")
    assert "no space left" in entry["exception"]


def test_success_keeps_and_logs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    kept: list[str] = []
    with capture_failure(kept.append, event="row_failed"):
        pass
    assert (kept, caplog.records) == ([], [])


def test_the_text_fits_the_column_and_holds_no_nul() -> None:
    kept: list[str] = []
    with capture_failure(kept.append, event="row_failed"):
        raise ValueError("a\x00b" + "c" * MAX_ERROR_CHARS)
    (text,) = kept
    assert text.startswith("ValueError: abc")
    assert len(text) == MAX_ERROR_CHARS


def test_the_end_of_the_tasks_time_is_kept_and_raised_again() -> None:
    kept: list[str] = []
    with (
        pytest.raises(SoftTimeLimitExceeded),
        capture_failure(kept.append, event="row_failed"),
    ):
        raise SoftTimeLimitExceeded
    assert kept == ["It took longer than 90 seconds and was stopped."]


def test_a_time_limit_behind_another_error_is_found() -> None:
    """Whatever it interrupts may clean up by a statement that fails in its turn."""
    kept: list[str] = []

    def work() -> None:
        try:
            raise SoftTimeLimitExceeded
        finally:
            raise TransactionManagementError("no queries until the end of the atomic block")

    with (
        pytest.raises(SoftTimeLimitExceeded),
        capture_failure(kept.append, event="row_failed"),
    ):
        work()
    assert kept == ["It took longer than 90 seconds and was stopped."]


def test_an_error_without_a_time_limit_behind_it_has_none() -> None:
    error = ValueError()
    error.__cause__ = KeyError()
    error.__cause__.__context__ = error  # a circle
    assert find_time_limit(error) is None


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Raise SoftTimeLimitExceeded in the block from a signal, as Celery does."""

    def stop(*args: object) -> None:
        raise SoftTimeLimitExceeded

    before = signal.signal(signal.SIGALRM, stop)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run_forever() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(600)")


def nest(desk: Desk, *, savepoint: bool) -> None:
    with transaction.atomic(), desk_scope(desk), transaction.atomic(savepoint=savepoint):
        Plan.objects.create(desk=desk, name="Never saved")
        run_forever()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "work",
    [
        lambda desk: run_forever(),
        lambda desk: nest(desk, savepoint=False),
        lambda desk: nest(desk, savepoint=True),
    ],
    ids=["outside of a transaction", "nested", "nested with a savepoint"],
)
def test_a_statement_that_was_interrupted_says_so_and_leaves_a_usable_connection(
    work: Callable[[Desk], None], rocket: Cast
) -> None:
    kept: list[str] = []

    def keep(error: str) -> None:
        kept.append(error)
        assert not Plan.objects.filter(name="Never saved").exists()

    with desk_scope(rocket.desk):
        with (
            pytest.raises(SoftTimeLimitExceeded),
            capture_failure(keep, event="row_failed"),
            time_limit(0.1),
            desk_scope(rocket.desk),
        ):
            work(rocket.desk)
        assert kept == ["It took longer than 90 seconds and was stopped."]
        assert Plan.objects.count() == 1, "the same desk as before"
    assert not Plan.objects.exists(), "no desk"


def test_unrelated_exceptions_pass_through() -> None:
    kept: list[str] = []
    with pytest.raises(KeyboardInterrupt), capture_failure(kept.append, event="row_failed"):
        raise KeyboardInterrupt
    assert kept == []

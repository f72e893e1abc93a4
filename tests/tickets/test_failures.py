"""Failures of single rows: kept in words, logged, and never in the way of other rows (fault 18)."""

from __future__ import annotations

import pytest
from celery.exceptions import SoftTimeLimitExceeded
from structlog.testing import capture_logs

from tickets.failures import MAX_ERROR_CHARS, capture_failure


def test_a_failure_is_kept_in_words_and_logged_with_its_facts() -> None:
    kept: list[str] = []
    with capture_logs() as logs, capture_failure(kept.append, event="row_failed", row=7):
        raise OSError("no space left")
    assert kept == ["OSError: no space left"]
    (entry,) = logs
    assert (entry["event"], entry["row"], entry["log_level"]) == ("row_failed", 7, "error")
    assert entry["exc_info"]


def test_success_keeps_and_logs_nothing() -> None:
    kept: list[str] = []
    with capture_logs() as logs, capture_failure(kept.append, event="row_failed"):
        pass
    assert (kept, logs) == ([], [])


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
    assert len(kept) == 1


def test_what_is_no_exception_of_ours_passes_through() -> None:
    kept: list[str] = []
    with pytest.raises(KeyboardInterrupt), capture_failure(kept.append, event="row_failed"):
        raise KeyboardInterrupt
    assert kept == []

"""Failures of single rows: kept in words, logged, and never in the way of other rows (fault 18)."""

from __future__ import annotations

from typing import Any

import pytest
from celery.exceptions import SoftTimeLimitExceeded

from accounts.failures import MAX_ERROR_CHARS, capture_failure


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
    assert len(kept) == 1


def test_what_is_no_exception_of_ours_passes_through() -> None:
    kept: list[str] = []
    with pytest.raises(KeyboardInterrupt), capture_failure(kept.append, event="row_failed"):
        raise KeyboardInterrupt
    assert kept == []

"""The stamp of a website form, and the work that stands in for a captcha."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest

from channels_intake.connectors.form import stamps
from channels_intake.connectors.form.stamps import (
    Stamp,
    StampProblem,
    is_work_done,
    make_stamp,
    read_stamp,
)
from channels_intake.models import Connection

FORM = Connection(pk=7, desk_id=1)


@pytest.fixture
def _no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "MIN_AGE", timedelta(seconds=-1))


@pytest.mark.usefixtures("_no_wait")
def test_a_stamp_counts_for_its_own_form_only() -> None:
    text = make_stamp(FORM)
    found = read_stamp(FORM, text)
    assert isinstance(found, Stamp)
    assert found.sum == found.first + found.second
    assert read_stamp(Connection(pk=8, desk_id=1), text) is StampProblem.INVALID
    assert read_stamp(Connection(pk=7, desk_id=2), text) is StampProblem.INVALID
    assert read_stamp(FORM, text[:-1]) is StampProblem.INVALID
    assert read_stamp(FORM, "") is StampProblem.INVALID


def test_a_form_that_is_sent_at_once_was_filled_in_by_a_program() -> None:
    assert read_stamp(FORM, make_stamp(FORM)) is StampProblem.TOO_FAST


def test_a_form_that_was_open_for_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    text = make_stamp(FORM)
    monkeypatch.setattr(stamps, "MAX_AGE", timedelta(seconds=-1))
    assert read_stamp(FORM, text) is StampProblem.INVALID


def test_work_is_done_for_one_stamp() -> None:
    stamp, others = make_stamp(FORM), [make_stamp(FORM) for _ in range(4)]
    answer = next(str(n) for n in count() if is_work_done(stamp, str(n)))
    assert int(answer) >= 0
    assert not all(is_work_done(other, answer) for other in others)
    assert not is_work_done(stamp, "")
    assert not is_work_done(stamp, answer + "0" * 30)

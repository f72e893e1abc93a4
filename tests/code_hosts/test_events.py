"""Events that can't be used are set aside with a reason; those that fail are tried again."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from channels_intake.code_hosts import processing
from channels_intake.code_hosts.links import add_link
from channels_intake.code_hosts.processing import process_again, process_due_events
from channels_intake.models import CodeEvent, CodeHost, CodeLink, CodeRelease, LinkKind
from tests.cast import NOON, Cast
from tests.code_hosts.events import build_pull, get_stage, process, store
from tests.code_hosts.sending import build_headers, post, read_payload
from tests.defects.helpers import LATER, report
from tickets.actors import SYSTEM


@pytest.mark.parametrize(
    ("name", "body", "reason"),
    [
        ("issues", read_payload("github.issues.opened"), "unknown_item"),
        (
            "issues",
            read_payload("github.issues.opened", repository="other/one"),
            "other_repository",
        ),
        ("star", {"action": "created"}, "unknown_event"),
        ("issues", {"action": "opened"}, "unreadable"),
        ("issues", [], "unreadable"),
    ],
    ids=["unknown issue", "other repository", "unused event", "no issue", "no object"],
)
def test_what_fits_nothing_is_set_aside_with_a_reason(
    at_desk: Cast, github: CodeHost, name: str, body: Any, reason: str
) -> None:
    report(at_desk)
    event = store(github, name, body)
    process(at_desk)
    event.refresh_from_db()
    assert (event.state, event.reason) == ("set_aside", reason)
    assert event.explanation.endswith(".")
    assert not CodeLink.objects.exists()


def test_an_event_set_aside_is_processed_again_after_its_issue_was_linked(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    event = store(github, "issues", read_payload("github.issues.opened"))
    process(at_desk)
    add_link(defect, github, kind=LinkKind.ISSUE, number=1, by=SYSTEM, at=NOON)
    assert process_again(event.pk, at=LATER)
    process(at_desk)
    event.refresh_from_db()
    assert event.state == "processed"
    assert not process_again(event.pk, at=LATER)


def test_greetings_and_releases_are_no_unknown_items(at_desk: Cast, github: CodeHost) -> None:
    ping = read_payload("github.ping")
    for name, body in (("ping", ping), ("release", read_payload("github.release.published"))):
        store(github, name, body)
    process(at_desk)
    assert set(CodeEvent.objects.values_list("state", flat=True)) == {"processed"}
    assert CodeRelease.objects.get().tag == "0.0.1"


def test_an_event_as_a_form_is_read_too(at_desk: Cast, github: CodeHost) -> None:
    """The content type that GitHub offers first is application/x-www-form-urlencoded."""
    defect = report(at_desk)
    fields = {"payload": json.dumps(build_pull(title=f"Fix & more: {defect.key}"))}
    body = urlencode(fields).encode()
    assert post(github, build_headers(github, "pull_request", body), body) == 202
    for broken in (b"payload=", b"payload=%FF", b"payload"):
        post(github, build_headers(github, "pull_request", broken), broken)
    process_due_events(desk_id=at_desk.desk.pk, at=timezone.now())
    assert get_stage(defect) == "in_progress"
    states = CodeEvent.objects.order_by("pk").values_list("state", "reason")
    assert list(states) == [("processed", "")] + [("set_aside", "unreadable")] * 3


def test_an_event_that_fails_is_tried_again_and_delays_no_other(
    at_desk: Cast, github: CodeHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    defect = report(at_desk)
    bad = store(github, "release", read_payload("github.release.published"))
    store(github, "pull_request", build_pull(title=defect.key))

    def fail(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(processing, "note_release", fail)
    process(at_desk)
    bad.refresh_from_db()
    assert (bad.state, bad.attempts, bad.reason) == ("received", 1, "failed")
    assert bad.next_try_at > LATER
    assert get_stage(defect) == "in_progress"

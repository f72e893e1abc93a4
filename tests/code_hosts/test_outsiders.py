"""What outsiders do in a public repository links and moves nothing, until a member handles it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels_intake.code_hosts.links import add_link
from channels_intake.code_hosts.processing import MAX_ATTEMPTS, process_due_events
from channels_intake.models import CodeEvent, CodeHost, CodeLink, LinkKind
from tests.cast import NOON, Cast
from tests.code_hosts.events import (
    build_merge_request,
    build_merged,
    build_merged_request,
    build_pull,
    get_stage,
    process,
    store,
)
from tests.code_hosts.hosts_fake import HostFake
from tests.code_hosts.sending import read_payload
from tests.defects.helpers import LATER, report
from tickets.actors import SYSTEM
from tickets.models import Defect

STRANGER = 77
ASK = "GET /api/v4/projects/acme%2Fserver/members/all/"


def build_by(user_id: object, payload: dict[str, Any], **project: Any) -> dict[str, Any]:
    """Return an event of GitLab that another person caused, in a project like this."""
    payload["user"] |= {"id": user_id}
    payload["project"] |= project
    return payload


def build_issue(defect: Defect, user_id: int, action: str = "open") -> dict[str, Any]:
    issue = read_payload("gitlab.issue")
    state = "closed" if action == "close" else "opened"
    issue["object_attributes"] |= {"title": defect.key, "action": action, "state": state}
    return build_by(user_id, issue)


@pytest.mark.parametrize("association", ["NONE", "CONTRIBUTOR", "FIRST_TIME_CONTRIBUTOR"])
def test_strangers_in_a_public_repository_link_and_move_nothing(
    at_desk: Cast, github: CodeHost, association: str
) -> None:
    defect = report(at_desk)
    theirs = {"title": defect.key, "author_association": association}
    store(github, "pull_request", build_pull(**theirs))
    issue = read_payload("github.issues.opened")
    issue["issue"] |= theirs
    store(github, "issues", issue)
    process(at_desk)
    assert not CodeLink.objects.exists()
    assert get_stage(defect) == "reported"
    store(github, "pull_request", build_merged(**theirs))  # which takes a maintainer
    process(at_desk)
    assert CodeLink.objects.get().state == "merged"
    assert get_stage(defect) == "tested"


def test_what_others_do_to_a_strangers_pull_request_counts(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    payload = build_pull(title=defect.key, author_association="NONE")
    payload["sender"] |= {"id": 1}
    store(github, "pull_request", payload)
    process(at_desk)
    assert get_stage(defect) == "in_progress"


def test_in_a_private_repository_everyone_is_trusted(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    payload = build_pull(title=defect.key, author_association="NONE")
    payload["repository"] |= {"private": True}
    store(github, "pull_request", payload)
    process(at_desk)
    assert get_stage(defect) == "in_progress"


def test_a_push_to_a_strangers_fork_links_nothing(at_desk: Cast, github: CodeHost) -> None:
    """Whoever may write to the fork causes the event, without rights in the repository."""
    defect = report(at_desk)
    payload = build_pull(title=defect.key, author_association="NONE")
    payload["sender"] |= {"id": 1}
    store(github, "pull_request", payload | {"action": "synchronize"})
    process(at_desk)
    assert not CodeLink.objects.exists()


@pytest.mark.parametrize(
    ("role", "stage"), [(0, "reported"), (10, "reported"), (15, "in_progress"), (30, "in_progress")]
)
def test_the_role_at_gitlab_decides_whether_a_merge_request_counts(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake, role: int, stage: str
) -> None:
    defect = report(at_desk)
    gitlab_fake.members = {STRANGER: role}
    event = store(
        gitlab, "Merge Request Hook", build_by(STRANGER, build_merge_request(title=defect.key))
    )
    process(at_desk)
    assert get_stage(defect) == stage
    assert CodeLink.objects.count() == int(stage == "in_progress")
    assert gitlab_fake.asked == [f"{ASK}{STRANGER}"]
    event.refresh_from_db()
    assert event.reason == ("" if stage == "in_progress" else "outsider")


def test_an_outsiders_event_is_set_aside_with_its_reason(at_desk: Cast, gitlab: CodeHost) -> None:
    defect = report(at_desk)
    event = store(gitlab, "Issue Hook", build_issue(defect, STRANGER))
    process(at_desk)
    event.refresh_from_db()
    assert (event.state, event.reason) == ("set_aside", "outsider")
    assert "isn't a member of the project" in event.explanation


def test_what_a_member_does_to_an_outsiders_issue_counts(at_desk: Cast, gitlab: CodeHost) -> None:
    defect = report(at_desk)
    gitlab.rules.create(desk=at_desk.desk, trigger="issue.closed", stage="confirmed")
    store(gitlab, "Issue Hook", build_issue(defect, STRANGER))
    store(gitlab, "Issue Hook", build_issue(defect, 1, "update"))
    process(at_desk)
    assert CodeLink.objects.get().state == "open"
    store(gitlab, "Issue Hook", build_issue(defect, STRANGER, "close"))
    process(at_desk)
    assert (get_stage(defect), CodeLink.objects.get().state) == ("reported", "closed")
    store(gitlab, "Issue Hook", build_issue(defect, 1, "close"))
    process(at_desk)
    assert get_stage(defect) == "confirmed"


def test_a_merge_counts_without_a_question(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    defect = report(at_desk)
    store(gitlab, "Merge Request Hook", build_by(STRANGER, build_merged_request(title=defect.key)))
    process(at_desk)
    assert (get_stage(defect), gitlab_fake.asked) == ("tested", [])


def test_an_edit_after_the_merge_is_the_outsiders_own(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    defect = report(at_desk)
    edited = build_by(STRANGER, build_merged_request(title=defect.key))
    edited["object_attributes"] |= {"action": "update"}
    store(gitlab, "Merge Request Hook", edited)
    process(at_desk)
    assert gitlab_fake.asked == [f"{ASK}{STRANGER}"]
    assert not CodeLink.objects.exists()


def test_what_a_bot_does_to_an_outsiders_issue_counts_as_the_outsiders(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    """A bot that labels whatever comes is a member, and vouches for nobody."""
    payload = build_issue(report(at_desk), 9, "update")
    payload["user"] |= {"username": "project_1_bot_4ffca233d8298ea1"}
    gitlab_fake.members = {9: 30}
    store(gitlab, "Issue Hook", payload)
    process(at_desk)
    author = payload["object_attributes"]["author_id"]
    assert gitlab_fake.asked == [f"{ASK}{author}"]
    assert not CodeLink.objects.exists()


def test_gitlab_is_asked_only_about_what_would_link_or_move(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    defect = report(at_desk)
    add_link(defect, gitlab, kind=LinkKind.PULL, number=1, by=SYSTEM, at=NOON)
    private = build_by(STRANGER, build_merge_request(title=defect.key, iid=2), visibility_level=0)
    store(gitlab, "Merge Request Hook", private)
    store(gitlab, "Merge Request Hook", build_merge_request("update", title="No key"))
    store(gitlab, "Issue Hook", read_payload("gitlab.issue"))
    process(at_desk)
    assert gitlab_fake.asked == []
    assert get_stage(defect) == "in_progress"  # in a private project everyone is trusted


@pytest.mark.parametrize("user_id", [None, 0, "1", True])
def test_an_event_of_nobody_known_is_an_outsiders(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake, user_id: object
) -> None:
    defect = report(at_desk)
    gitlab_fake.members = {}
    store(gitlab, "Merge Request Hook", build_by(user_id, build_merge_request(title=defect.key)))
    process(at_desk)
    assert not CodeLink.objects.exists()


def test_an_event_waits_for_gitlabs_answer(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    defect = report(at_desk)
    event = store(gitlab, "Merge Request Hook", build_merge_request(title=defect.key))
    gitlab_fake.fail_next(429, {"Retry-After": "120"}, message="Too many requests")
    process(at_desk)
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("received", 1)
    assert event.next_try_at == LATER + timedelta(seconds=120)
    assert not CodeLink.objects.exists()
    process_due_events(desk_id=at_desk.desk.pk, at=LATER + timedelta(seconds=120))
    event.refresh_from_db()
    assert (event.state, event.reason) == ("processed", "")
    assert get_stage(defect) == "in_progress"


def test_a_rate_limit_ends_the_questions_about_other_events(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    defect = report(at_desk)
    for number in (1, 2, 3):
        payload = build_merge_request(title=defect.key, iid=number)
        store(gitlab, "Merge Request Hook", payload)
    push = read_payload("gitlab.push")
    push["commits"][0]["message"] = defect.key
    store(gitlab, "Push Hook", push)
    gitlab_fake.fail_next(429, {"Retry-After": "120"})
    process(at_desk)
    assert len(gitlab_fake.asked) == 1
    assert CodeLink.objects.get().kind == "commit"  # which needs no answer
    process_due_events(desk_id=at_desk.desk.pk, at=LATER + timedelta(seconds=120))
    assert CodeLink.objects.filter(kind="pull").count() == 3


def test_an_event_waits_for_a_day_without_gitlab(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    defect = report(at_desk)
    event = store(gitlab, "Merge Request Hook", build_merge_request(title=defect.key))
    gitlab_fake.is_down = True
    for hour in range(25):
        process_due_events(desk_id=at_desk.desk.pk, at=LATER + timedelta(hours=hour))
    event.refresh_from_db()
    assert event.state == "received"
    gitlab_fake.is_down = False
    process_due_events(desk_id=at_desk.desk.pk, at=LATER + timedelta(hours=26))
    assert get_stage(defect) == "in_progress"


def test_a_token_that_may_not_ask_sets_the_event_aside_in_the_end(
    at_desk: Cast, gitlab: CodeHost, gitlab_fake: HostFake
) -> None:
    event = store(gitlab, "Merge Request Hook", build_merge_request(title=report(at_desk).key))
    CodeEvent.objects.update(attempts=MAX_ATTEMPTS - 1)
    gitlab_fake.fail_next(403, error="insufficient_scope")
    process(at_desk)
    event.refresh_from_db()
    assert event.state == "set_aside"
    assert event.explanation == "Processing failed: 403: insufficient_scope"
    assert not CodeLink.objects.exists()


@pytest.mark.parametrize("sender", [{}, {"id": 1, "type": "Bot"}])
def test_what_a_stranger_writes_after_the_merge_counts_for_nothing(
    at_desk: Cast, github: CodeHost, sender: dict[str, Any]
) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_merged(author_association="CONTRIBUTOR"))
    later = {"body": f"Fixes {defect.key}", "author_association": "CONTRIBUTOR"}
    payload = build_merged(**later) | {"action": "edited"}
    payload["sender"] |= sender
    store(github, "pull_request", payload)
    process(at_desk)
    assert not CodeLink.objects.exists()

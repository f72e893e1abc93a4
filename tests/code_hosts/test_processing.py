"""Events describe linked issues, link mentions, and move defects by the desk's rules."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from channels_intake.code_hosts import processing
from channels_intake.code_hosts.issues import unlink
from channels_intake.code_hosts.links import add_link
from channels_intake.code_hosts.processing import process_again, process_due_events
from channels_intake.models import CodeEvent, CodeHost, CodeLink, CodeRelease, LinkKind
from tests.cast import NOON, Cast
from tests.code_hosts.sending import read_payload
from tests.defects.helpers import LATER, move, report
from tickets.actors import SYSTEM
from tickets.defects.merging import merge_defect
from tickets.models import Defect, DefectEvent, DefectEventKind

SHA = "c4295bd74fb0f4fda03689c3df3f2803b658fd85"  # of the vendor's example


@pytest.fixture
def at_desk(rocket: Cast) -> Iterator[Cast]:
    with desk_scope(rocket.desk):
        yield rocket


def store(host: CodeHost, name: str, payload: dict[str, Any], delivery: str = "") -> CodeEvent:
    """Store an event as the webhook does."""
    body = json.dumps(payload).encode()
    number = CodeEvent.objects.count() + 1
    return CodeEvent.objects.create(
        desk_id=host.desk_id,
        host=host,
        delivery_id=delivery or f"d-{number}",
        name=name,
        raw=body,
        sha256=f"{number}",
        received_at=NOON,
        next_try_at=NOON,
    )


def process(cast: Cast) -> None:
    while process_due_events(desk_id=cast.desk.pk, at=LATER):
        pass


def build_pull(
    name: str = "github.pull_request.opened", *, title: str = "", **fields: Any
) -> dict[str, Any]:
    """Return an event of pull request 2, with a title and other documented values."""
    payload = read_payload(name)
    payload["pull_request"] |= ({"title": title} if title else {}) | fields
    return payload


def build_merged(**fields: Any) -> dict[str, Any]:
    """Return the vendor's example of a closed pull request, as of one that was merged."""
    merged = {"merged": True, "merged_at": "2019-05-15T15:21:18Z"}
    return build_pull("github.pull_request.closed", **(merged | fields))


def get_stage(defect: Defect) -> str:
    return str(Defect.objects.get(pk=defect.pk).stage)


def test_a_pull_request_that_mentions_a_defect_is_linked_and_moves_it(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_pull(title=f"Fix upload ({defect.key.lower()})"))
    process(at_desk)
    link = CodeLink.objects.get()
    assert (link.kind, link.number, link.state, link.branch) == ("pull", 2, "open", "master")
    assert link.url == "https://github.com/Codertocat/Hello-World/pull/2"
    assert get_stage(defect) == "in_progress"
    moved = DefectEvent.objects.get(defect=defect, kind=DefectEventKind.STAGE_MOVED)
    assert moved.data["cause"] == "pull_request.opened"
    assert moved.data["why"] == "acme/server#2"
    assert DefectEvent.objects.filter(kind=DefectEventKind.CODE).count() == 1


def test_a_mention_of_a_ticket_links_its_defects(at_desk: Cast, github: CodeHost) -> None:
    ticket = at_desk.open_ticket()
    defect = report(at_desk, ticket)
    report(at_desk)  # another one, of no ticket
    prefix = at_desk.desk.ticket_prefix
    store(github, "pull_request", build_pull(body=f"Closes {prefix}-{ticket.number}."))
    process(at_desk)
    assert [link.defect_id for link in CodeLink.objects.all()] == [defect.pk]


def test_a_merge_moves_on_and_keeps_the_commit(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_pull(title=defect.key))
    store(github, "pull_request", build_merged())
    process(at_desk)
    link = CodeLink.objects.get()
    assert (link.state, link.sha) == ("merged", SHA)
    assert get_stage(defect) == "tested"


def test_an_event_that_arrives_late_or_twice_moves_nothing_back(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_merged(title=defect.key))
    store(github, "pull_request", build_pull(title=defect.key))
    store(github, "pull_request", build_merged(title=defect.key))
    process(at_desk)
    assert get_stage(defect) == "tested"
    assert CodeLink.objects.get().state == "merged"
    moves = DefectEvent.objects.filter(defect=defect, kind=DefectEventKind.STAGE_MOVED)
    assert moves.count() == 1


def test_a_closed_pull_request_that_was_not_merged_moves_nothing(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_pull("github.pull_request.closed", title=defect.key))
    process(at_desk)
    assert CodeLink.objects.get().state == "closed"
    assert get_stage(defect) == "reported"


def test_a_defect_that_a_person_ended_is_left_alone(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    move(at_desk, defect, "wont_fix")
    store(github, "pull_request", build_pull(title=defect.key))
    process(at_desk)
    assert get_stage(defect) == "wont_fix"
    assert CodeLink.objects.count() == 1


def test_the_last_of_several_pull_requests_decides(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_pull(title=defect.key, number=3))
    store(github, "pull_request", build_merged(title=defect.key))
    process(at_desk)
    assert get_stage(defect) == "in_progress"
    store(github, "pull_request", build_merged(title=defect.key, number=3))
    process(at_desk)
    assert get_stage(defect) == "tested"


def test_the_rule_for_a_branch_comes_before_the_one_for_all(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    github.rules.create(
        desk=at_desk.desk, trigger="pull_request.opened", pattern="mas*", stage="planned"
    )
    github.rules.create(
        desk=at_desk.desk, trigger="pull_request.opened", pattern="release-*", stage="tested"
    )
    store(github, "pull_request", build_pull(title=defect.key))
    process(at_desk)
    assert get_stage(defect) == "planned"


def test_a_linked_issue_shows_state_labels_and_assignee(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    add_link(defect, github, kind=LinkKind.ISSUE, number=1, by=SYSTEM, at=NOON)
    store(github, "issues", read_payload("github.issues.assigned"))
    process(at_desk)
    link = CodeLink.objects.get()
    assert (link.state, link.labels, link.assignee) == ("open", ["bug"], "Codertocat")
    assert link.title == "Spelling error in the README file"


def test_what_cannot_be_stored_or_linked_is_left_out(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    labels = [{"name": "bug\x00"}, {"name": "x" * 300}]
    payload = build_pull(title=f"{defect.key}\x00", html_url="javascript:alert(1)", labels=labels)
    store(github, "pull_request", payload)
    process(at_desk)
    link = CodeLink.objects.get()
    assert (link.title, link.url, link.labels) == (defect.key, "", ["bug", "x" * 60])


def test_commits_that_mention_a_defect_are_linked_once(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    payload = read_payload("github.push")
    payload["commits"][0]["message"] = f"Fix {defect.key}\n\nThe long story."
    store(github, "push", payload)
    store(github, "push", payload | {"ref": "refs/heads/other"})
    process(at_desk)
    link = CodeLink.objects.get()
    assert (link.kind, link.title) == ("commit", f"Fix {defect.key}")
    assert link.sha == payload["commits"][0]["id"]
    assert get_stage(defect) == "reported"


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


def test_the_mentions_of_another_desk_are_not_followed(
    at_desk: Cast, matter: Cast, github: CodeHost
) -> None:
    with desk_scope(matter.desk):
        foreign = report(matter)
    store(github, "pull_request", build_pull(title=foreign.key))
    process(at_desk)
    assert not CodeLink.objects.exists()


def test_a_merged_defect_passes_its_pull_requests_on(at_desk: Cast, github: CodeHost) -> None:
    duplicate, original = report(at_desk), report(at_desk)
    store(github, "pull_request", build_pull(title=duplicate.key))
    process(at_desk)
    me = at_desk.level_two
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=me, at=NOON)
    store(github, "pull_request", build_merged(title="Without a key"))
    store(github, "pull_request", build_pull(title=f"Again {duplicate.key}", number=9))
    process(at_desk)
    assert (get_stage(duplicate), get_stage(original)) == ("duplicate", "tested")
    assert CodeLink.objects.get(number=9).defect_id == original.pk


def test_what_a_person_unlinked_is_not_linked_again(at_desk: Cast, github: CodeHost) -> None:
    defect = report(at_desk)
    store(github, "pull_request", build_pull(title=defect.key))
    process(at_desk)
    link = CodeLink.objects.get()
    unlink(defect_id=defect.pk, link_id=link.pk, agent=at_desk.level_two, at=NOON)
    store(github, "pull_request", build_merged(title=defect.key))
    process(at_desk)
    assert not CodeLink.objects.exists()
    assert get_stage(defect) == "in_progress"


def test_merge_requests_of_gitlab_do_the_same(at_desk: Cast, gitlab: CodeHost) -> None:
    defect = report(at_desk)
    opened = read_payload("gitlab.merge_request")
    opened["object_attributes"]["title"] = f"Fix {defect.key}"
    store(gitlab, "Merge Request Hook", opened)
    process(at_desk)
    assert get_stage(defect) == "in_progress"
    merged = json.loads(json.dumps(opened))
    merged["object_attributes"] |= {
        "action": "merge",
        "state": "merged",
        "merge_commit_sha": "a" * 40,
        "updated_at": "2013-12-04T17:23:34Z",
    }
    store(gitlab, "Merge Request Hook", merged)
    process(at_desk)
    link = CodeLink.objects.select_related("host").get()
    assert (link.state, link.sha, link.reference) == ("merged", "a" * 40, "acme/server!1")
    assert (link.labels, link.assignee) == (["API"], "user1")
    assert get_stage(defect) == "tested"


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


def test_a_merge_that_arrives_after_a_later_event_still_moves(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    later = build_merged(title=defect.key, updated_at="2019-05-15T15:30:00Z")
    store(github, "pull_request", later | {"action": "labeled"})
    process(at_desk)
    assert (get_stage(defect), CodeLink.objects.get().state) == ("reported", "merged")
    store(github, "pull_request", build_merged(title=defect.key))
    process(at_desk)
    assert get_stage(defect) == "tested"


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

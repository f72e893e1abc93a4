"""Events describe linked issues, link mentions, and move defects by the desk's rules."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from channels_intake.code_hosts.issues import unlink
from channels_intake.code_hosts.links import add_link
from channels_intake.models import CodeHost, CodeLink, CodeRelease, LinkKind
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
from tests.code_hosts.sending import read_payload
from tests.defects.helpers import move, report
from tickets.actors import SYSTEM
from tickets.defects.merging import merge_defect
from tickets.models import DefectEvent, DefectEventKind

LOCK = re.compile(r'UPDATE OF "(tickets_defect|channels_intake_codelink)"')
SHA = "c4295bd74fb0f4fda03689c3df3f2803b658fd85"  # of the vendor's example


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
    page = "https://github.com/Codertocat/Hello-World/pull/2"
    assert (moved.data["ref"], moved.data["url"]) == ("acme/server#2", page)
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
    ("action", "is_candidate", "noted"),
    [("published", True, 0), ("prereleased", True, 0), ("released", False, 1)],
)
def test_a_candidate_is_noted_once_it_is_the_release(
    at_desk: Cast, github: CodeHost, action: str, is_candidate: bool, noted: int
) -> None:
    payload = read_payload("github.release.published") | {"action": action}
    payload["release"] |= {"prerelease": is_candidate}
    store(github, "release", payload)
    process(at_desk)
    assert CodeRelease.objects.count() == noted


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
    title = f"Fix {defect.key}"
    store(gitlab, "Merge Request Hook", build_merge_request(title=title))
    process(at_desk)
    assert get_stage(defect) == "in_progress"
    store(gitlab, "Merge Request Hook", build_merged_request(title=title))
    process(at_desk)
    link = CodeLink.objects.select_related("host").get()
    assert (link.state, link.sha, link.reference) == ("merged", "a" * 40, "acme/server!1")
    assert (link.labels, link.assignee) == (["API"], "user1")
    assert get_stage(defect) == "tested"
    moves = DefectEvent.objects.filter(defect=defect, kind=DefectEventKind.STAGE_MOVED)
    assert [event.data["cause"] for event in moves.order_by("pk")] == [
        "merge_request.opened",
        "merge_request.merged",
    ]


def test_issues_pushes_and_releases_of_gitlab_are_read(at_desk: Cast, gitlab: CodeHost) -> None:
    """The vendor's own examples, with the defect in the title and in a message."""
    defect = report(at_desk)
    gitlab.rules.create(desk=at_desk.desk, trigger="issue.closed", stage="confirmed")
    issue = read_payload("gitlab.issue")
    issue["object_attributes"] |= {"title": defect.key, "action": "close", "state": "closed"}
    push = read_payload("gitlab.push")
    push["commits"][1]["message"] = f"Fix {defect.key}"
    store(gitlab, "Issue Hook", issue)
    store(gitlab, "Push Hook", push)
    store(gitlab, "Release Hook", read_payload("gitlab.release"))
    process(at_desk)
    assert get_stage(defect) == "confirmed"
    found = CodeLink.objects.order_by("kind").values_list("kind", "state", "url")
    assert list(found) == [
        ("commit", "merged", push["commits"][1]["url"]),
        ("issue", "closed", "http://example.com/diaspora/issues/23"),
    ]
    release = CodeRelease.objects.get()
    assert (release.tag, release.published_at.isoformat()) == ("v1.1", "2020-11-02T12:55:12+00:00")


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


def test_defects_are_locked_before_their_links_as_people_do(
    at_desk: Cast, github: CodeHost
) -> None:
    defect = report(at_desk)
    for event in (build_pull(title=defect.key), build_merged(title=defect.key)):
        store(github, "pull_request", event)
        with CaptureQueriesContext(connection) as found:
            process(at_desk)
        locks = [LOCK.search(query["sql"]) for query in found]
        assert next(lock[1] for lock in locks if lock) == "tickets_defect"
    assert get_stage(defect) == "tested"

"""A link that is removed, merged or doubled while its issue is being created stays as it is."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels_intake.calls.sending import claim_call, retry_call, send_call, send_due_calls
from channels_intake.code_hosts.issues import create_issue, unlink
from channels_intake.models import CodeHost, CodeLink, OutgoingCall
from tests.cast import NOON, Cast
from tests.code_hosts.events import process, store
from tests.code_hosts.hosts_fake import REPOSITORY, HostFake
from tests.code_hosts.sending import read_payload
from tests.defects.helpers import report
from tickets.defects.merging import merge_defect
from tickets.errors import ConflictError
from tickets.models import Defect, DefectEvent, DefectEventKind

pytestmark = pytest.mark.usefixtures("in_rocket")
SOON = NOON + timedelta(minutes=1)


def create(cast: Cast, defect: Defect, host: CodeHost) -> CodeLink:
    return create_issue(defect_id=defect.pk, host_id=host.pk, agent=cast.level_two, at=NOON)


def remove(cast: Cast, defect: Defect, link: CodeLink) -> bool:
    return unlink(defect_id=defect.pk, link_id=link.pk, agent=cast.level_two, at=NOON)


def send(cast: Cast, at: Any = NOON) -> None:
    send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=False)


def lose_answer(cast: Cast, fake: HostFake) -> None:
    """Let the issue be created without its answer arriving."""
    fake.loses_answers = True
    send(cast)
    fake.loses_answers = False


def store_opened(host: CodeHost, fake: HostFake, number: int = 1) -> None:
    """Store the webhook of an issue that was created."""
    issue = fake.issues[number]
    payload = read_payload("github.issues.opened")
    named = {name: issue[name] for name in ("number", "title", "body", "html_url")}
    payload["issue"] |= named
    store(host, "issues", payload)


def list_history(defect: Defect) -> list[str]:
    events = DefectEvent.objects.filter(defect=defect, kind=DefectEventKind.CODE)
    return [f"{event.data['what']} {event.data['ref']}" for event in events.order_by("pk")]


def test_unlinking_before_the_call_is_sent_creates_nothing(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    assert remove(rocket, defect, create(rocket, defect, github)) is False
    send(rocket)
    assert (fake.asked, OutgoingCall.objects.count()) == ([], 0)
    assert list_history(defect) == [f"created {REPOSITORY}", f"unlinked {REPOSITORY}"]


def test_unlinking_while_the_call_is_under_way_leaves_the_issue_unlinked_and_says_so(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link = create(rocket, defect, github)
    lose_answer(rocket, fake)
    assert remove(rocket, defect, link) is True
    store_opened(github, fake)
    process(rocket)
    assert not CodeLink.objects.exists()  # its webhook doesn't bring it back
    send(rocket, SOON)
    assert not CodeLink.objects.exists()
    assert list_history(defect)[-1] == f"left {REPOSITORY}#1"
    url = DefectEvent.objects.filter(defect=defect).latest("pk").data["url"]
    assert url == fake.issues[1]["html_url"]
    store_opened(github, fake)
    process(rocket)
    assert not CodeLink.objects.exists()
    assert len(fake.issues) == 1


def test_an_issue_that_never_arrived_is_not_created_after_its_link_was_removed(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link = create(rocket, defect, github)
    fake.is_down = True
    send(rocket)
    fake.is_down = False
    assert remove(rocket, defect, link) is True
    send(rocket, SOON)
    assert fake.issues == {}
    call = OutgoingCall.objects.get()
    assert call.summary == "The link was removed before the issue was created."
    assert retry_call(call.pk, at=SOON)
    send(rocket, SOON)
    assert fake.issues == {}


def test_unlinking_between_claim_and_answer_is_noticed(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link = create(rocket, defect, github)
    call = claim_call(OutgoingCall.objects.get().pk, at=NOON)
    assert call is not None
    assert remove(rocket, defect, link) is True
    send_call(call, at=NOON)
    assert (fake.issues, CodeLink.objects.count()) == ({}, 0)


def test_a_second_issue_is_not_created_after_a_link_was_removed_in_between(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    link = create(rocket, defect, github)
    lose_answer(rocket, fake)
    remove(rocket, defect, link)
    again = create(rocket, defect, github)
    assert OutgoingCall.objects.count() == 1
    send(rocket, SOON)
    assert len(fake.issues) == 1
    found = CodeLink.objects.get()
    assert (found.pk, found.number, found.state) == (again.pk, 1, "open")


def test_a_defect_that_was_merged_meanwhile_has_its_issue_once(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    duplicate, original = report(rocket), report(rocket)
    create(rocket, duplicate, github)
    lose_answer(rocket, fake)
    me = rocket.level_two
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=me, at=NOON)
    with pytest.raises(ConflictError):
        create(rocket, original, github)
    send(rocket, SOON)
    store_opened(github, fake)  # it names the duplicate, which leads to the original
    process(rocket)
    link = CodeLink.objects.get()
    assert (link.defect_id, link.number) == (duplicate.pk, 1)


def test_a_webhook_before_the_answer_leaves_one_link_of_a_merged_defect(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    duplicate, original = report(rocket), report(rocket)
    create(rocket, duplicate, github)
    lose_answer(rocket, fake)
    me = rocket.level_two
    merge_defect(defect_id=duplicate.pk, into_id=original.pk, agent=me, at=NOON)
    store_opened(github, fake)
    process(rocket)
    send(rocket, SOON)
    assert [link.number for link in CodeLink.objects.all()] == [1]


def test_a_repository_that_was_removed_meanwhile_is_not_called(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    defect = report(rocket)
    create(rocket, defect, github)
    lose_answer(rocket, fake)
    github.delete()
    fake.asked.clear()
    send(rocket, SOON)
    assert (OutgoingCall.objects.get().state, fake.asked) == ("failed", [])
    assert not CodeLink.objects.exists()

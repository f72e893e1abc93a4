"""While a repository is paused, calls and events wait. Afterwards, all continue, in order, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels_intake.calls.sending import send_due_calls
from channels_intake.code_hosts.issues import create_issue, list_hosts
from channels_intake.code_hosts.pausing import resume
from channels_intake.code_hosts.processing import list_due_events
from channels_intake.models import CodeHost, OutgoingCall
from channels_intake.tasks import sweep_code_events
from tests.cast import NOON, Cast
from tests.code_hosts.events import build_pull, get_stage, process
from tests.code_hosts.hosts_fake import HostFake
from tests.code_hosts.sending import send as send_event
from tests.defects.helpers import LATER, report

pytestmark = pytest.mark.usefixtures("in_rocket")
DAY = timedelta(days=1)


def create(cast: Cast, host: CodeHost, title: str) -> None:
    defect = report(cast, title=title)
    create_issue(defect_id=defect.pk, host_id=host.pk, agent=cast.level_two, at=NOON)


def send(cast: Cast, at: object) -> None:
    send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=False)  # type: ignore[arg-type] # of the test


def test_a_long_pause_loses_no_call_and_keeps_the_order(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    for n in range(3):
        create(rocket, github, f"Defect {n}")
    CodeHost.objects.update(is_paused=True)
    for day in range(30):
        send(rocket, NOON + day * DAY)
    assert (fake.asked, list_hosts(rocket.desk.pk)) == ([], [github])
    assert set(OutgoingCall.objects.values_list("state", "attempts")) == {("queued", 0)}
    CodeHost.objects.update(is_paused=False)
    resume(CodeHost.objects.get(), at=NOON + 30 * DAY)
    send(rocket, NOON + 30 * DAY)
    titles = [issue["title"].split(": ")[1] for issue in fake.issues.values()]
    assert titles == ["Defect 0", "Defect 1", "Defect 2"]
    assert not any("?" in each for each in fake.asked)  # nothing was sent before: no search


def test_after_a_pause_a_call_has_its_full_time(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    create(rocket, github, "Defect")
    fake.is_down = True
    send(rocket, NOON)
    CodeHost.objects.update(is_paused=True)
    send(rocket, NOON + DAY)
    CodeHost.objects.update(is_paused=False)
    resume(CodeHost.objects.get(), at=NOON + 100 * DAY)  # no worker ran for some weeks
    send(rocket, NOON + 102 * DAY)
    call = OutgoingCall.objects.get()
    assert (call.state, call.attempts) == ("queued", 2)
    send(rocket, NOON + 104 * DAY)
    assert OutgoingCall.objects.get().state == "failed"


def test_a_resumed_repository_does_not_wait_for_the_next_attempt(
    rocket: Cast, github: CodeHost, fake: HostFake
) -> None:
    create(rocket, github, "Defect")
    CodeHost.objects.update(is_paused=True)
    send(rocket, NOON)
    CodeHost.objects.update(is_paused=False)
    later = NOON + timedelta(seconds=1)
    send(rocket, later)
    assert fake.issues == {}
    resume(CodeHost.objects.get(), at=later)
    send(rocket, later)
    assert len(fake.issues) == 1


def test_events_are_stored_during_a_pause_and_processed_afterwards(
    rocket: Cast, github: CodeHost
) -> None:
    defect = report(rocket)
    CodeHost.objects.update(is_paused=True)
    host = CodeHost.objects.get()
    payload = build_pull(title=defect.key)
    assert send_event(host, "pull_request", payload, delivery="d-1") == 202
    assert send_event(host, "pull_request", payload, delivery="d-1") == 200
    process(rocket)
    assert (get_stage(defect), sweep_code_events()) == ("reported", 0)
    CodeHost.objects.update(is_paused=False)
    assert list_due_events(LATER + 365 * DAY).count() == 1
    assert sweep_code_events() == 1

"""Pages to PagerDuty, Jira Service Management, a signed webhook and by email (M104)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from channels_intake.calls.sending import send_due_calls
from channels_intake.models import CallState, OutgoingCall, PagingKind, PagingService
from channels_intake.paging.connector import send_test
from channels_intake.paging.followers import send_step
from sla.ladders import acknowledge
from sla.ladders.changing import end_runs, follow_change
from sla.ladders.terms import load_ladders
from sla.models import Action, Ladder, LadderRun
from tests.cast import NOON, Cast
from tests.ladders.helpers import (
    AFTER,
    MINUTE,
    SILENCE,
    add_ladder,
    deliver_all,
    list_events,
    sweep,
)
from tests.ladders.paging_fake import GENIE_KEY, ROUTING_KEY, SECRET, PagingFake, serve_paging
from tests.staff import add_turn, make_rota
from tickets.actors import Actor
from tickets.events import EventKind
from tickets.models import Notification, Ticket
from tickets.sentences.ladders import LadderEnding
from tickets.services import reply
from tickets.timeline import describe_event

DUE = NOON + 8 * 60 * MINUTE
SECRETS = {
    PagingKind.PAGERDUTY: ROUTING_KEY,
    PagingKind.JSM: GENIE_KEY,
    PagingKind.WEBHOOK: SECRET,
}
VENDORS = list(SECRETS)


@pytest.fixture
def fake() -> Iterator[PagingFake]:
    with serve_paging() as served:
        yield served


@pytest.fixture
def desk(in_rocket: Cast) -> Cast:
    add_ladder(in_rocket, [(0, AFTER, Action.PAGE), (15, SILENCE, Action.PAGE)])
    add_turn(make_rota(in_rocket, in_rocket.colleague), in_rocket.colleague, NOON)
    in_rocket.desk.refresh_from_db()
    return in_rocket


def add_service(cast: Cast, fake: PagingFake, kind: PagingKind, **fields: Any) -> PagingService:
    path = "/hook" if kind == PagingKind.WEBHOOK else ""
    service = PagingService(
        **{"desk": cast.desk, "name": kind.label, "kind": kind, "url": fake.url + path} | fields
    )
    service.enter_secret(SECRETS.get(kind, ""))
    service.save()
    return service


def run(cast: Cast, at: datetime) -> None:
    """Take due steps, and send what follows from them."""
    sweep(cast, at)
    deliver_all(cast, at)
    send_due_calls(desk_id=cast.desk.pk, at=at, is_urgent=True)


def list_acts(fake: PagingFake) -> list[str]:
    return [act for _key, act in fake.actions]


@pytest.mark.parametrize("kind", VENDORS)
def test_a_page_is_triggered_acknowledged_and_resolved(
    desk: Cast, fake: PagingFake, kind: PagingKind
) -> None:
    add_service(desk, fake, kind)
    ticket = desk.open_ticket()
    run(desk, DUE)
    acknowledge(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=DUE + MINUTE)
    run(desk, DUE + MINUTE)
    reply(ticket_id=ticket.pk, agent=desk.analyst, text="Done.", at=DUE + 2 * MINUTE)
    run(desk, DUE + 2 * MINUTE)
    assert list_acts(fake) == ["trigger", "acknowledge", "resolve"]
    assert len(fake.alerts) == 1


@pytest.mark.parametrize("kind", VENDORS)
def test_an_alert_names_the_ticket_the_agents_and_links(
    desk: Cast, fake: PagingFake, kind: PagingKind
) -> None:
    add_service(desk, fake, kind)
    ticket = desk.open_ticket()
    run(desk, DUE)
    sent = str(fake.bodies[0])
    assert ticket.reference in sent
    assert desk.colleague.name in sent
    assert f"/agent/tickets/{ticket.number}/" in sent
    assert "/acknowledgement/" in sent


def test_stored_calls_hold_no_secret_no_name_and_no_link(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    desk.open_ticket()
    run(desk, DUE)
    [call] = OutgoingCall.objects.all()
    assert set(call.body) == {"event", "act", "agent"}
    assert ROUTING_KEY not in f"{call.path}{call.summary}"
    assert ROUTING_KEY not in PagingService.objects.get().sealed_secret


def test_a_call_that_is_delivered_twice_is_sent_once(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    desk.open_ticket()
    run(desk, DUE)
    deliver_all(desk, DUE)
    run(desk, DUE + MINUTE)
    assert list_acts(fake) == ["trigger"]


def test_a_rate_limit_and_an_outage_delay_a_page(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    desk.open_ticket()
    fake.next_answers += [(429, {"Retry-After": "30"}, {}), (503, {}, {})]
    run(desk, DUE)
    assert OutgoingCall.objects.get().next_try_at == DUE + timedelta(seconds=30)
    run(desk, DUE + MINUTE)
    assert list_acts(fake) == []
    run(desk, DUE + 5 * MINUTE)
    assert list_acts(fake) == ["trigger"]


def test_leads_are_told_of_a_page_that_was_refused(desk: Cast, fake: PagingFake) -> None:
    service = add_service(desk, fake, PagingKind.PAGERDUTY)
    service.enter_secret("another key than the fake's")
    service.save()
    desk.open_ticket()
    run(desk, DUE)
    call = OutgoingCall.objects.get()
    assert (call.state, call.status) == (CallState.FAILED, 400)
    told = Notification.objects.filter(kind="page.failed").values_list("agent_id", flat=True)
    assert desk.lead.pk in told


def test_a_ladder_that_resumes_pages_anew(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    ticket = desk.open_ticket()
    run(desk, DUE)
    acknowledge(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=DUE + MINUTE)
    run(desk, DUE + MINUTE)
    run(desk, DUE + 31 * MINUTE)
    assert list_acts(fake) == ["trigger", "acknowledge", "resolve", "trigger"]


def test_a_page_that_comes_late_is_not_sent_after_an_acknowledgement(
    desk: Cast, fake: PagingFake
) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    ticket = desk.open_ticket()
    fake.next_answers += [(503, {}, {})]
    run(desk, DUE)
    acknowledge(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=DUE + MINUTE)
    run(desk, DUE + 2 * MINUTE)
    assert "trigger" not in list_acts(fake)


def test_a_step_that_is_delivered_after_its_acknowledgement_pages_nobody(
    desk: Cast, fake: PagingFake
) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    ticket = desk.open_ticket()
    sweep(desk, DUE)
    acknowledge(ticket_id=ticket.pk, by=Actor.of(desk.analyst), at=DUE + MINUTE)
    [step] = list_events(ticket, EventKind.LADDER_STEP)
    send_step(step)
    assert not OutgoingCall.objects.exists()


def test_only_tickets_of_its_department_reach_a_service(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.JSM, department=desk.departments["trials"])
    ticket = desk.open_ticket()
    assert ticket.department_id != desk.departments["trials"].pk
    run(desk, DUE)
    assert list_acts(fake) == []


def test_other_steps_and_inactive_services_page_nobody(in_rocket: Cast, fake: PagingFake) -> None:
    add_ladder(in_rocket, [(0, AFTER, Action.LEAD), (5, AFTER, Action.PAGE)])
    service = add_service(in_rocket, fake, PagingKind.WEBHOOK)
    in_rocket.open_ticket()
    run(in_rocket, DUE)
    assert list_acts(fake) == []
    PagingService.objects.filter(pk=service.pk).update(is_active=False)
    run(in_rocket, DUE + 5 * MINUTE)
    assert list_acts(fake) == []


def test_the_alerted_agent_gets_an_email_with_a_link(
    desk: Cast, fake: PagingFake, mailoutbox: Any
) -> None:
    add_service(desk, fake, PagingKind.EMAIL, url="")
    ticket = desk.open_ticket()
    run(desk, DUE)
    [mail] = mailoutbox
    assert mail.to == [desk.colleague.user.email]
    assert mail.from_email == f"{desk.desk.name} <{desk.mailbox.address}>"
    assert ticket.reference in mail.subject
    assert re.search(r"/rocket/acknowledgement/\S+/", mail.body)
    OutgoingCall.objects.update(state=CallState.QUEUED, next_try_at=DUE)  # the worker was killed
    run(desk, DUE)
    ids = {one.message()["Message-ID"] for one in mailoutbox}
    assert (len(mailoutbox), len(ids)) == (2, 1)


def test_a_service_that_is_away_is_asked_once_and_holds_up_no_other(
    desk: Cast, fake: PagingFake, mailoutbox: Any
) -> None:
    away = add_service(desk, fake, PagingKind.PAGERDUTY, url="http://127.0.0.1:9")
    add_service(desk, fake, PagingKind.EMAIL, url="")
    for _ticket in range(3):
        desk.open_ticket()
    run(desk, DUE)
    calls = OutgoingCall.objects.filter(connection_id=away.pk)
    assert sorted(calls.values_list("attempts", flat=True)) == [0, 0, 1]
    assert {call.next_try_at for call in calls} == {DUE + timedelta(seconds=15)}
    assert len(mailoutbox) == 3


def test_a_test_alert_leaves_nothing_open(desk: Cast, fake: PagingFake) -> None:
    for kind in VENDORS:
        service = add_service(desk, fake, kind)
        assert send_test(service, at=NOON, to="") == ""
    assert set(fake.alerts.values()) == {"resolve"}


def test_a_test_of_a_service_by_email_is_sent_to_who_asks(
    desk: Cast, fake: PagingFake, mailoutbox: Any
) -> None:
    service = add_service(desk, fake, PagingKind.EMAIL, url="")
    assert send_test(service, at=NOON, to="me@rocket.example") == ""
    [message] = mailoutbox
    assert message.to == ["me@rocket.example"]
    assert "test alert" in message.subject


def test_a_test_alert_says_why_it_failed(desk: Cast, fake: PagingFake) -> None:
    service = add_service(desk, fake, PagingKind.JSM)
    service.enter_secret("another key than the fake's")
    assert "Key format" in send_test(service, at=NOON, to="")


def test_the_page_is_an_event_of_the_ticket(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.WEBHOOK)
    ticket: Ticket = desk.open_ticket()
    run(desk, DUE)
    [event] = list_events(ticket)
    assert event.data["names"] == [desk.colleague.name]


def test_a_service_that_asks_for_no_pause_is_not_asked_again_at_once(
    desk: Cast, fake: PagingFake
) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    desk.open_ticket()
    fake.next_answers += [(429, {"Retry-After": "0"}, {})] * 3
    run(desk, DUE)
    assert len(fake.next_answers) == 2
    assert OutgoingCall.objects.get().next_try_at > DUE


def test_a_service_that_is_turned_off_still_resolves_what_is_open_there(
    desk: Cast, fake: PagingFake
) -> None:
    service = add_service(desk, fake, PagingKind.PAGERDUTY)
    ticket = desk.open_ticket()
    run(desk, DUE)
    PagingService.objects.filter(pk=service.pk).update(is_active=False)
    run(desk, DUE + 15 * MINUTE)  # the next page isn't for it
    reply(ticket_id=ticket.pk, agent=desk.analyst, text="Done.", at=DUE + 16 * MINUTE)
    run(desk, DUE + 16 * MINUTE)
    assert list_acts(fake) == ["trigger", "resolve"]


def test_a_ladder_that_is_turned_off_resolves_its_alerts(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    ticket = desk.open_ticket()
    run(desk, DUE)
    before = load_ladders(desk.desk.pk)
    Ladder.objects.update(is_active=False)
    follow_change(before, desk_id=desk.desk.pk, by=Actor.of(desk.admin), at=DUE + MINUTE)
    run(desk, DUE + MINUTE)
    assert list_acts(fake) == ["trigger", "resolve"]
    run(desk, DUE + 60 * MINUTE)
    assert list_acts(fake) == ["trigger", "resolve"]
    assert len(list_events(ticket, EventKind.LADDER_ENDED)) == 1


def test_a_ladder_that_is_deleted_resolves_its_alerts(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.JSM)
    desk.open_ticket()
    run(desk, DUE)
    ladder = Ladder.objects.get()
    end_runs([ladder.pk], LadderEnding.DELETED, Actor.of(desk.admin), DUE + MINUTE)
    ladder.delete()
    run(desk, DUE + MINUTE)
    assert list_acts(fake) == ["trigger", "resolve"]


def test_the_sweep_ends_a_ladder_that_nothing_else_has_ended(desk: Cast, fake: PagingFake) -> None:
    add_service(desk, fake, PagingKind.PAGERDUTY)
    ticket = desk.open_ticket()
    run(desk, DUE)
    Ladder.objects.update(is_active=False)
    for minutes in (15, 30):
        run(desk, DUE + minutes * MINUTE)
    assert list_acts(fake) == ["trigger", "resolve"]
    [event] = list_events(ticket, EventKind.LADDER_ENDED)
    told = describe_event(event, desk.desk)
    assert told == "The escalation ended: Urgent no longer applies to the ticket."
    assert not LadderRun.objects.exists()

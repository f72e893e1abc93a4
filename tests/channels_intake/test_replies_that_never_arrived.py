"""A reply that bounces ends the wait for the customer, whoever reports it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage
from channels_intake.outgoing.tracking import record_tracking_event
from sla.explaining.verification import verify_tickets
from tests.cast import NOON, Cast
from tests.channels_intake.test_bounces import Scene, make_report, make_scene
from tickets.actors import Actor
from tickets.models import State, Ticket, TicketEvent
from tickets.services import close, close_silent, reply
from tickets.timeline import describe_event

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
LATER = NOON + timedelta(minutes=5)
MUCH_LATER = NOON + timedelta(days=60)


@pytest.fixture
def scene(rocket: Cast, run_mail: RunMail) -> Scene:
    return make_scene(rocket, run_mail)


def get_ticket(cast: Cast, scene: Scene) -> Ticket:
    with desk_scope(cast.desk):
        return Ticket.objects.get(pk=scene.ticket.pk)


def test_a_bounce_by_email_gives_the_ticket_back_and_silence_does_not_close_it(
    rocket: Cast, scene: Scene, take_in: TakeIn, run_mail: RunMail
) -> None:
    assert get_ticket(rocket, scene).status == State.WAITING
    report = make_report(scene, original=scene.sent.rfc_message_id)
    for number in range(2):
        take_in(report.replace(b"<report-", b"<%d-" % number), at=LATER)
        run_mail(rocket.desk, at=LATER)

    ticket = get_ticket(rocket, scene)
    assert (ticket.status, ticket.close_at, ticket.remind_at) == (State.INVESTIGATING, None, None)
    assert ticket.unanswered_since == LATER
    with desk_scope(rocket.desk):
        assert TicketEvent.objects.filter(ticket=ticket, kind="status.changed").count() == 1
        assert close_silent(desk_id=rocket.desk.pk, at=MUCH_LATER) == 0


def test_so_does_a_providers_report_but_not_of_an_earlier_reply(
    rocket: Cast, matter: Cast, scene: Scene, run_mail: RunMail
) -> None:
    other = make_scene(matter, run_mail)
    with desk_scope(rocket.desk):
        reply(ticket_id=scene.ticket.pk, agent=rocket.analyst, text="And now?", at=LATER)
    run_mail(rocket.desk, at=LATER)
    for scene_of in (scene, other):
        message_id = f"<{scene_of.sent.rfc_message_id}>"
        record_tracking_event(
            event_type="bounced", provider_id=message_id, why="550 unknown", at=LATER
        )
    run_mail(rocket.desk, at=LATER)
    run_mail(matter.desk, at=LATER)

    assert get_ticket(rocket, scene).status == State.WAITING  # for an answer to the later reply
    assert get_ticket(matter, other).status == State.INVESTIGATING


def test_a_bounce_after_silence_closed_the_ticket_opens_it_again(
    rocket: Cast, scene: Scene, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        assert close_silent(desk_id=rocket.desk.pk, at=MUCH_LATER) == 1
    report = make_report(scene, original=scene.sent.rfc_message_id)
    for number in range(2):
        take_in(report.replace(b"<report-", b"<%d-" % number), at=MUCH_LATER)
        run_mail(rocket.desk, at=MUCH_LATER)

    ticket = get_ticket(rocket, scene)
    assert (ticket.status, ticket.close_reason, ticket.closed_at) == (State.OPEN, "", None)
    assert (ticket.first_responded_at, ticket.unanswered_since) == (None, MUCH_LATER)
    with desk_scope(rocket.desk):
        [event] = TicketEvent.objects.filter(ticket=ticket, kind="ticket.reopened")
        assert "never got the latest reply" in describe_event(event, rocket.desk)
        assert close_silent(desk_id=rocket.desk.pk, at=MUCH_LATER) == 0
        assert [each for each in verify_tickets(desk_id=rocket.desk.pk) if each.differences] == []


def test_a_ticket_that_a_person_closed_stays_closed(
    rocket: Cast, scene: Scene, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        close(ticket_id=scene.ticket.pk, by=Actor.of(rocket.analyst), at=LATER)
    take_in(make_report(scene, original=scene.sent.rfc_message_id), at=LATER)
    run_mail(rocket.desk, at=LATER)
    assert get_ticket(rocket, scene).status == State.CLOSED

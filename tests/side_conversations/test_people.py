"""People are added to a side conversation and removed from it later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from accounts.models import Agent
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, OutgoingEmail
from channels_intake.outgoing.side_mail import compose_side_mail
from tests.cast import NOON
from tests.side_conversations.conftest import VENDOR, Side
from tickets.errors import (
    ConflictError,
    InvalidValueError,
    NeedsApprovalError,
    NotAllowedError,
)
from tickets.models import SideMessage, SideParticipant, TicketEvent
from tickets.search.find import search_tickets
from tickets.side_conversations.people import MAX_PARTICIPANTS, add_people, remove_person
from tickets.side_conversations.writing import write_side

DEV = "dev@vendor.example"
SOON, LATER = NOON + timedelta(minutes=1), NOON + timedelta(minutes=5)


def add(side: Side, *emails: str, agent: Agent | None = None) -> list[str]:
    agent = agent or side.cast.analyst
    return add_people(side_id=side.side.pk, agent=agent, emails=emails, at=SOON)


def remove(side: Side, email: str) -> str:
    person = SideParticipant.objects.get(side=side.side, email=email)
    given: dict[str, Any] = {"agent": side.cast.analyst, "at": SOON}
    return remove_person(side_id=side.side.pk, person_id=person.pk, **given)


def test_they_get_the_next_message_and_not_the_one_before(
    side: Side, run_mail: Callable[..., None]
) -> None:
    with desk_scope(side.cast.desk):
        assert add(side, DEV.upper(), VENDOR) == [DEV]
        assert add(side, DEV) == []
        event = TicketEvent.objects.get(kind="side.people_added")
        assert event.data == {"side": side.side.pk, "to": DEV}
        compose_side_mail(TicketEvent.objects.get(kind="side.started"))
        assert not OutgoingEmail.objects.filter(to_address=DEV).exists()
        assert search_tickets(desk=side.cast.desk, words=DEV) == [side.ticket.pk]
        mail.outbox.clear()
        write_side(side_id=side.side.pk, agent=side.cast.analyst, text="Both", at=SOON)
    run_mail(side.cast.desk, at=SOON)
    assert sorted(sent.to[0] for sent in mail.outbox) == [DEV, VENDOR]


def test_whoever_left_gets_nothing_and_gets_in_no_more(
    side: Side, run_mail: Callable[..., None], take_in: Callable[..., Any]
) -> None:
    with desk_scope(side.cast.desk):
        add(side, DEV)
        assert remove(side, VENDOR) == VENDOR
        assert remove(side, VENDOR) == ""
        event = TicketEvent.objects.get(kind="side.person_removed")
        assert event.data == {"side": side.side.pk, "to": VENDOR}
        mail.outbox.clear()
        write_side(side_id=side.side.pk, agent=side.cast.analyst, text="Only dev", at=SOON)
    run_mail(side.cast.desk, at=SOON)
    assert [sent.to for sent in mail.outbox] == [[DEV]]
    take_in(side.answer(), at=LATER)
    with desk_scope(side.cast.desk):
        assert not SideMessage.objects.filter(agent=None).exists()
        assert InboundMessage.objects.get().state == "quarantined"
        assert add(side, VENDOR) == [VENDOR]  # with the address that they had
        assert SideParticipant.objects.filter(email=VENDOR).count() == 1
    take_in(side.answer(message_id="<b@vendor.example>"), at=LATER)
    with desk_scope(side.cast.desk):
        assert SideMessage.objects.filter(agent=None).count() == 1


def test_one_person_stays_and_there_is_a_limit(side: Side) -> None:
    with desk_scope(side.cast.desk):
        with pytest.raises(ConflictError):
            remove(side, VENDOR)
        with pytest.raises(InvalidValueError):
            add(side, *(f"p{number}@vendor.example" for number in range(MAX_PARTICIPANTS)))
        for wrong in ("nobody", ""):
            with pytest.raises(InvalidValueError):
                add(side, wrong)
        assert SideParticipant.objects.count() == 1


def test_neither_observers_nor_trainees_add_anyone(side: Side) -> None:
    cast = side.cast
    with desk_scope(cast.desk):
        with pytest.raises(NotAllowedError):
            add(side, DEV, agent=cast.observer)
        Agent.objects.filter(pk=cast.analyst.pk).update(needs_approval=True)
        cast.analyst.refresh_from_db()
        with pytest.raises(NeedsApprovalError):
            add(side, DEV)
        assert SideParticipant.objects.count() == 1

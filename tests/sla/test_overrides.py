"""A lead sets a deadline by hand, with a reason; replay computes it again from the entries."""

from __future__ import annotations

from datetime import datetime, timedelta
from html import unescape

import pytest
from django.utils import timezone

from sla.explaining.verification import verify_tickets
from sla.models import ClockEntry, ClockKind, EntryKind
from sla.services.overrides import override_deadline, remove_override
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.clocks import get_clock, get_due
from tickets.actors import Actor
from tickets.errors import ConflictError, InvalidValueError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.services import change_priority, change_status, close, reply

HOUR = timedelta(hours=1)
FIRST = ClockKind.FIRST_RESPONSE


def override(cast: Cast, ticket: Ticket, due_at: datetime, *, at: datetime = NOON) -> None:
    by = Actor.of(cast.lead)
    given = {"ticket_id": ticket.pk, "kind": FIRST, "by": by, "why": "Agreed by phone"}
    override_deadline(due_at=due_at, at=at, **given)


def require_equal(cast: Cast) -> None:
    """Fail if replaying any clock of the desk gives another result than what is stored."""
    verdicts = list(verify_tickets(desk_id=cast.desk.pk))
    assert verdicts
    assert [verdict for verdict in verdicts if verdict.differences] == []


def test_the_deadline_is_an_entry_that_replays_equal(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    override(in_rocket, ticket, NOON + 30 * HOUR, at=NOON + HOUR)
    assert get_due(ticket) == (NOON + 30 * HOUR, FIRST)
    clock = get_clock(ticket, FIRST)
    kinds = ClockEntry.objects.filter(clock=clock).values_list("kind", flat=True)
    assert list(kinds) == [EntryKind.STARTED, EntryKind.OVERRIDDEN]
    event = ticket.events.get(kind=EventKind.SLA_OVERRIDDEN)
    assert event.data["why"] == "Agreed by phone"
    assert event.data["was_due_at"] == (NOON + 8 * HOUR).isoformat()
    require_equal(in_rocket)


def test_another_priority_leaves_it_and_removal_brings_the_target_back(in_rocket: Cast) -> None:
    ticket, by = in_rocket.open_ticket(), Actor.of(in_rocket.lead)
    override(in_rocket, ticket, NOON + 2 * HOUR)
    high = in_rocket.priorities["High"]
    change_priority(ticket_id=ticket.pk, priority=high, by=by, at=NOON + HOUR)
    assert get_due(ticket) == (NOON + 2 * HOUR, FIRST)
    remove_override(ticket_id=ticket.pk, kind=FIRST, by=by, at=NOON + HOUR)
    assert get_due(ticket) == (NOON + 8 * HOUR, FIRST)
    assert not get_clock(ticket, FIRST).is_overridden
    require_equal(in_rocket)
    with pytest.raises(ConflictError):
        remove_override(ticket_id=ticket.pk, kind=FIRST, by=by, at=NOON + HOUR)


def test_it_is_met_and_replays_equal_to_the_end(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    override(in_rocket, ticket, NOON + 2 * HOUR)
    override(in_rocket, ticket, NOON + 20 * HOUR, at=NOON + HOUR)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Done", at=NOON + 3 * HOUR)
    assert get_clock(ticket, FIRST).met_at == NOON + 3 * HOUR
    assert get_clock(ticket, FIRST).breached_at is None
    require_equal(in_rocket)


@pytest.mark.parametrize("due_at", [NOON, NOON - HOUR, NOON + timedelta(days=400)])
def test_a_time_in_the_past_or_too_far_is_refused(in_rocket: Cast, due_at: datetime) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(InvalidValueError):
        override(in_rocket, ticket, due_at)
    assert get_due(ticket) == (NOON + 8 * HOUR, FIRST)


def test_a_clock_that_passed_or_ended_keeps_its_deadline(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    with pytest.raises(ConflictError, match="has passed"):
        override(in_rocket, ticket, NOON + 30 * HOUR, at=NOON + 9 * HOUR)
    change_status(ticket_id=ticket.pk, move="investigate", by=Actor.of(in_rocket.lead), at=NOON)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.lead), at=NOON)
    with pytest.raises(ConflictError, match="isn't running"):
        override(in_rocket, ticket, NOON + 30 * HOUR)
    require_equal(in_rocket)


def test_only_leads_and_admins_set_deadlines(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    for person in (in_rocket.analyst, in_rocket.observer, in_rocket.customer):
        given = {"ticket_id": ticket.pk, "kind": FIRST, "by": Actor.of(person), "at": NOON}
        with pytest.raises(NotAllowedError):
            override_deadline(due_at=NOON + HOUR, why="Mine", **given)
        with pytest.raises(NotAllowedError):
            remove_override(**given)


def test_the_page_sets_it_for_leads_only(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(at=timezone.now().replace(microsecond=0))
    page = f"/rocket/agent/tickets/{ticket.number}/clocks/first_response/"
    url = f"{page}deadline/"
    people = {rocket.analyst: 403, rocket.observer: 403, matter.lead: 404, rocket.customer: 404}
    for person, status in people.items():
        assert sign_in(person.user).get(url).status_code == status
        assert sign_in(person.user).post(f"{url}removal/").status_code == status
    lead = sign_in(rocket.lead.user)
    assert f'href="{url}"' in lead.get(page).text
    due = (timezone.localtime() + timedelta(days=9)).strftime("%Y-%m-%dT%H:%M")
    assert lead.post(url, {"due_at": due, "why": ""}).status_code == 422
    text = lead.post(url, {"due_at": due, "why": "Agreed"}, follow=True).text
    assert "First response is now due" in text
    text = lead.get(page).text
    assert "until a deadline set by hand" in text
    assert "everything matches" in text
    text = lead.post(f"{url}removal/", follow=True).text
    assert "The SLA target applies again." in unescape(text)
    assert (
        lead.get(f"/rocket/agent/tickets/{ticket.number}/clocks/nothing/deadline/").status_code
        == 404
    )

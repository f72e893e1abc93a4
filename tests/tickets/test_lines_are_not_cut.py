"""What a person typed is stored whole or refused with a sentence, never cut."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from accounts.tenancy import desk_scope
from helpdesk.privacy.redaction import redact_text
from sla.models import ClockKind
from sla.services.overrides import override_deadline
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.errors import InvalidValueError
from tickets.models import Ticket, TicketEvent, TimeEntry
from tickets.services import change_subject, hold_ticket, promise_update, verify_by_hand
from tickets.work.time_spent import Spent, log_time

LATER = NOON + timedelta(hours=1)


def test_too_long_lines_are_refused_and_change_nothing(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(is_unverified=True)
        given: dict[str, Any] = {"ticket_id": ticket.pk, "at": NOON}
        lead: dict[str, Any] = {**given, "by": Actor.of(rocket.lead)}
        events = TicketEvent.objects.filter(ticket=ticket)
        before = events.count()
        acts = {
            "subject": lambda text: change_subject(subject=text + "x" * 50, **lead),
            "why": lambda text: verify_by_hand(why=text, **lead),
            "note": lambda text: log_time(agent=rocket.lead, spent=Spent(5, note=text), **given),
        }
        acts_with_reasons = [
            lambda text: hold_ticket(until=LATER, why=text, **lead),
            lambda text: promise_update(due_at=LATER, why=text, **lead),
            lambda text: redact_text(
                ticket=ticket, text="hush-password", why=text, by=rocket.lead, at=NOON
            ),
            lambda text: override_deadline(
                kind=ClockKind.FIRST_RESPONSE, due_at=LATER, why=text, **lead
            ),
        ]
        for field, act in [*acts.items(), *(("why", one) for one in acts_with_reasons)]:
            with pytest.raises(InvalidValueError, match=r"Enter at most 2.0 characters") as refused:
                act("x" * 201)
            assert refused.value.field == field
        assert events.count() == before
        assert not TimeEntry.objects.exists()
        assert change_subject(subject=" y" * 125, **lead).subject == "y " * 124 + "y"
        assert Ticket.objects.get(pk=ticket.pk).is_unverified

"""Merging tickets: a pointer, clocks that stop, messages that go to the other ticket, and undo."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import AgentDepartment, Contact, Department, Visibility
from accounts.tenancy import desk_scope
from sla.explaining.verification import verify_tickets
from sla.models import Clock, ClockKind
from tests.cast import NOON, Cast
from tickets.access import get_attachment_for_contact
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.errors import (
    ConflictError,
    InvalidTransitionError,
    InvalidValueError,
    NotAllowedError,
)
from tickets.models import (
    Attachment,
    CloseReason,
    ClosingReason,
    Message,
    Snooze,
    State,
    Ticket,
    TicketEvent,
)
from tickets.relations.merging import Consent, merge_ticket, undo_merge
from tickets.services import NewMessage, add_customer_message, add_note, close, reopen, reply
from tickets.work.snoozing import snooze_ticket

HOUR = timedelta(hours=1)
NOTHING = Consent()
ACROSS = Consent(across_accounts=True)


def merge(cast: Cast, merged: Ticket, target: Ticket, consent: Consent = NOTHING) -> Ticket:
    merge_ticket(
        ticket_id=merged.pk, into_id=target.pk, agent=cast.analyst, at=NOON + HOUR, consent=consent
    )
    merged.refresh_from_db()
    return merged


def undo(cast: Cast, merged: Ticket, *, after: timedelta = 2 * HOUR) -> Ticket:
    undo_merge(ticket_id=merged.pk, agent=cast.analyst, at=NOON + after)
    merged.refresh_from_db()
    return merged


def write(ticket: Ticket, contact: Contact, text: str = "More") -> Message:
    new = NewMessage(text, "email")
    return add_customer_message(ticket_id=ticket.pk, contact=contact, new=new, at=NOON + 3 * HOUR)


@pytest.fixture
def pair(in_rocket: Cast) -> tuple[Ticket, Ticket]:
    """Two tickets of the same customer: the one to merge, and the one that goes on."""
    return in_rocket.open_ticket(subject="Again"), in_rocket.open_ticket()


def test_a_merged_ticket_is_closed_and_names_the_other(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    merged = merge(in_rocket, *pair)
    assert (merged.status, merged.close_reason) == (State.CLOSED, CloseReason.MERGED)
    assert merged.merged_into == pair[1]
    assert merged.reopen_until is None
    assert merged.messages.count() == 1
    assert TicketEvent.objects.get(kind="ticket.merged", ticket=merged).data["into"] == 1002
    assert TicketEvent.objects.get(kind="ticket.merged_in").data["merged"] == merged.number


def test_its_clocks_stop_and_the_undo_lets_them_run_on_as_before(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    before = Clock.objects.get(ticket=pair[0])
    merged = merge(in_rocket, *pair)
    assert Clock.objects.get(ticket=merged).stopped_at == NOON + HOUR
    undo(in_rocket, merged)
    after = Clock.objects.get(ticket=merged)
    assert (after.stopped_at, after.due_at) == (None, before.due_at)
    assert merged.due_at == before.due_at
    assert not any(v.differences for v in verify_tickets(desk_id=in_rocket.desk.pk))


def test_the_undo_brings_back_the_state(in_rocket: Cast, pair: tuple[Ticket, Ticket]) -> None:
    reply(ticket_id=pair[0].pk, agent=in_rocket.analyst, text="Which version?", at=NOON)
    waiting = Ticket.objects.get(pk=pair[0].pk)
    merged = undo(in_rocket, merge(in_rocket, *pair))
    assert merged.merged_into is None
    for name in ("status", "waiting_since", "close_at", "closed_at", "close_reason"):
        assert getattr(merged, name) == getattr(waiting, name), name


def test_a_message_to_a_merged_ticket_goes_to_the_end_of_the_chain(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    merged, target = merge(in_rocket, *pair), pair[1]
    last = in_rocket.open_ticket(subject="The last one")
    merge(in_rocket, target, last)
    message = write(merged, in_rocket.customer)
    assert (message.ticket_id, message.via_id) == (last.pk, None)
    last.refresh_from_db()
    assert last.status == State.OPEN


def test_a_reply_and_a_note_to_a_merged_ticket_go_there_too(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    merged, analyst = merge(in_rocket, *pair), in_rocket.analyst
    message = reply(ticket_id=merged.pk, agent=analyst, text="Yes", at=NOON + 2 * HOUR)
    note = add_note(ticket_id=merged.pk, agent=analyst, text="Hm", at=NOON + 2 * HOUR)
    assert {message.ticket_id, note.ticket_id} == {pair[1].pk}


def test_a_reply_never_goes_to_another_requester(in_rocket: Cast) -> None:
    merged = in_rocket.open_ticket(contact=in_rocket.customer_colleague)
    merge(in_rocket, merged, in_rocket.open_ticket())
    with pytest.raises(ConflictError):
        reply(ticket_id=merged.pk, agent=in_rocket.analyst, text="Yes", at=NOON + 2 * HOUR)
    assert not Message.objects.filter(agent__isnull=False).exists()


def test_a_message_of_another_customer_is_read_on_their_own_ticket_only(in_rocket: Cast) -> None:
    target = in_rocket.open_ticket()
    merged = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    merge(in_rocket, merged, target, ACROSS)
    new = NewMessage("Ours", "email", files=(NewFile("a.txt", "text/plain", b"a"),))
    at = NOON + 2 * HOUR
    contact = in_rocket.elsewhere
    message = add_customer_message(ticket_id=merged.pk, contact=contact, new=new, at=at)
    assert (message.ticket_id, message.via_id) == (target.pk, merged.pk)
    file = Attachment.objects.get(message=message)
    assert get_attachment_for_contact(contact, file.pk) == file
    with pytest.raises(Attachment.DoesNotExist):
        get_attachment_for_contact(in_rocket.customer, file.pk)


def test_what_was_unanswered_is_owed_on_the_other_ticket_until_the_undo(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    reply(ticket_id=pair[1].pk, agent=in_rocket.analyst, text="Which version?", at=NOON)
    merged, target = merge(in_rocket, *pair), pair[1]
    target.refresh_from_db()
    assert target.status == State.INVESTIGATING
    assert target.unanswered_since == NOON
    undo(in_rocket, merged)
    target.refresh_from_db()
    assert target.unanswered_since is None


def test_the_message_of_the_merge_answers_nothing(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    merged, target = pair
    reply(ticket_id=target.pk, agent=in_rocket.analyst, text="Which version?", at=NOON)
    owed = merged.unanswered_since
    merged = merge(in_rocket, merged, target, Consent(text="We continue in the other one."))
    target.refresh_from_db()
    assert (target.status, target.unanswered_since) == (State.INVESTIGATING, owed)
    assert target.close_at is None
    undo(in_rocket, merged)
    target.refresh_from_db()
    assert target.unanswered_since is None
    assert merged.unanswered_since == owed


def test_the_undo_starts_no_clock_again_that_the_message_met(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    undo(in_rocket, merge(in_rocket, *pair, Consent(text="We continue in the other one.")))
    clock = Clock.objects.get(ticket=pair[0], kind=ClockKind.FIRST_RESPONSE)
    assert (clock.met_at, clock.stopped_at) == (NOON + HOUR, None)
    assert not any(v.differences for v in verify_tickets(desk_id=in_rocket.desk.pk))


def test_those_who_snoozed_the_other_ticket_see_it_again(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    given = {"ticket_id": pair[1].pk, "agent": in_rocket.analyst}
    snooze_ticket(until=None, at=NOON, **given)
    merge(in_rocket, *pair)
    assert not Snooze.objects.exists()


def test_the_undo_works_without_a_reason_that_was_deleted(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    own = ClosingReason.objects.create(desk=in_rocket.desk, name="Trial over")
    close(ticket_id=pair[0].pk, by=Actor.of(in_rocket.analyst), at=NOON, own=own)
    merged = merge(in_rocket, *pair)
    own.delete()
    merged = undo(in_rocket, merged)
    assert (merged.status, merged.own_close_reason) == (State.CLOSED, None)


def test_the_customer_is_told_only_if_asked_for(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    merge(in_rocket, *pair, Consent(text="We continue in the other one."))
    assert Message.objects.get(agent=in_rocket.analyst).ticket == pair[0]


def test_two_merges_into_each_other_leave_one(in_rocket: Cast, pair: tuple[Ticket, Ticket]) -> None:
    merge(in_rocket, *pair)
    with pytest.raises(ConflictError):
        merge(in_rocket, *reversed(pair))
    assert Ticket.objects.filter(merged_into__isnull=False).count() == 1


def test_what_makes_no_sense_is_refused(in_rocket: Cast, pair: tuple[Ticket, Ticket]) -> None:
    first, second = pair
    with pytest.raises(InvalidValueError):
        merge(in_rocket, first, first)
    close(ticket_id=second.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    with pytest.raises(ConflictError):
        merge(in_rocket, first, second)
    with pytest.raises(ConflictError):
        undo(in_rocket, first)
    assert not TicketEvent.objects.filter(kind__startswith="merge").exists()


def test_tickets_of_two_accounts_need_consent(in_rocket: Cast) -> None:
    merged = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    target = in_rocket.open_ticket()
    with pytest.raises(InvalidValueError):
        merge(in_rocket, merged, target)
    assert merge(in_rocket, merged, target, ACROSS).merged_into == target


def test_a_merged_ticket_is_not_reopened(in_rocket: Cast, pair: tuple[Ticket, Ticket]) -> None:
    merged = merge(in_rocket, *pair)
    with pytest.raises(InvalidTransitionError):
        reopen(ticket_id=merged.pk, by=Actor.of(in_rocket.analyst), at=NOON + 2 * HOUR)
    assert "reopen" not in merged.list_transitions()


def test_an_observer_and_an_agent_who_does_not_see_both_are_refused(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    with pytest.raises(NotAllowedError):
        merge_ticket(ticket_id=pair[0].pk, into_id=pair[1].pk, agent=in_rocket.observer, at=NOON)
    hidden = Department.objects.get(pk=pair[1].department_id)
    Department.objects.filter(pk=hidden.pk).update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=in_rocket.analyst, department=hidden).delete()
    Ticket.objects.filter(pk=pair[1].pk).update(assignee=None)
    with pytest.raises(NotAllowedError):
        merge(in_rocket, *pair)


def test_a_ticket_of_another_desk_is_not_there(rocket: Cast, matter: Cast) -> None:
    with desk_scope(matter.desk):
        theirs = matter.open_ticket()
    with desk_scope(rocket.desk):
        ours = rocket.open_ticket()
        with pytest.raises(Ticket.DoesNotExist):
            merge(rocket, ours, theirs)

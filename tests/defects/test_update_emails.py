"""Updates about defects by email: one for each person and stage, threaded into their ticket."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from unittest.mock import patch

import pytest

from accounts.models import Contact
from channels_intake.models import MailKind, MailState, OutgoingEmail
from channels_intake.outgoing import sending
from channels_intake.outgoing.sending import send_due
from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, deliver, move, release, report, tell
from tickets.actors import Actor
from tickets.defects.linking import link_ticket
from tickets.defects.updates import sending as telling
from tickets.defects.updates.sending import tell_customers
from tickets.models import DefectUpdate, EventDelivery, StageSetting, Ticket
from tickets.services import remove_participant, reply


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def test_an_update_is_a_reply_in_the_thread_of_the_ticket(in_rocket: Cast, ticket: Ticket) -> None:
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Looking into it.", at=NOON)
    deliver(in_rocket)
    report(in_rocket, ticket, workaround="Restart it.")
    tell(in_rocket)
    [mail] = deliver(in_rocket)
    before = OutgoingEmail.objects.filter(ticket=ticket, pk__lt=mail.pk).order_by("pk")
    assert mail.subject == "Re: The server does not start [RC-1001]"
    assert mail.in_reply_to == before.last().rfc_message_id
    assert mail.to_address == in_rocket.customer.email
    assert "this may help: Restart it." in mail.body_text
    assert "Restart it." in mail.body_html
    assert in_rocket.level_two.name not in mail.from_address


def test_the_ledger_each_linked_customer_gets_one_message_per_stage(
    in_rocket: Cast, ticket: Ticket
) -> None:
    other = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    defect = report(in_rocket, ticket)
    link_ticket(defect_id=defect.pk, ticket_id=other.pk, agent=in_rocket.analyst, at=NOON)
    for stage in ("confirmed", "planned", "in_progress", "tested"):
        tell(in_rocket)
        deliver(in_rocket)
        move(in_rocket, defect, stage)
    tell(in_rocket)
    release(in_rocket, defect)
    tell(in_rocket)
    EventDelivery.objects.update(state="due", next_try_at=NOON)  # the work is done twice
    mails = deliver(in_rocket)
    assert len({mail.rfc_message_id for mail in mails}) == len(mails) == 12
    told = Counter((mail.to_address, mail.event.data["stage"]) for mail in mails)
    assert set(told.values()) == {1}
    assert {address for address, _stage in told} == {
        in_rocket.customer.email,
        in_rocket.elsewhere.email,
    }


def test_followers_get_the_update_and_people_who_left_do_not(in_rocket: Cast) -> None:
    followers = [in_rocket.customer_colleague, in_rocket.manager]
    ticket = in_rocket.open_ticket(participants=followers)
    report(in_rocket, ticket)
    tell(in_rocket)
    by = Actor.of(in_rocket.analyst)
    remove_participant(ticket_id=ticket.pk, contact=in_rocket.manager, by=by, at=NOON)
    assert [mail.to_address for mail in deliver(in_rocket)] == [
        in_rocket.customer.email,
        in_rocket.customer_colleague.email,
    ]


def test_a_person_with_several_linked_tickets_reads_the_same_words_once(
    in_rocket: Cast, ticket: Ticket
) -> None:
    second = in_rocket.open_ticket(participants=[in_rocket.customer_colleague])
    defect = report(in_rocket, ticket)
    link_ticket(defect_id=defect.pk, ticket_id=second.pk, agent=in_rocket.analyst, at=NOON)
    tell(in_rocket)
    texts = [update.text for update in DefectUpdate.objects.all()]
    assert len(texts) == 2
    assert texts[0] == texts[1] != ""
    assert [(mail.ticket_id, mail.to_address) for mail in deliver(in_rocket)] == [
        (ticket.pk, in_rocket.customer.email),
        (second.pk, in_rocket.customer_colleague.email),
    ]


def test_a_stage_without_a_text_sends_nothing(in_rocket: Cast, ticket: Ticket) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="reported", tells_customers=False)
    report(in_rocket, ticket)
    tell(in_rocket)
    assert deliver(in_rocket) == []


def test_an_unverified_sender_is_told_nothing(in_rocket: Cast) -> None:
    report(in_rocket, in_rocket.open_ticket(contact=in_rocket.stranger, is_unverified=True))
    tell(in_rocket)
    assert deliver(in_rocket) == []


def test_the_update_is_in_the_readers_language(in_rocket: Cast, ticket: Ticket) -> None:
    Contact.objects.filter(pk=in_rocket.customer.pk).update(language="de")
    StageSetting.objects.create(
        desk=in_rocket.desk,
        stage="reported",
        text="SET has it.",
        translations={"de": {"text": "SET hat {request}."}},
    )
    report(in_rocket, ticket)
    tell(in_rocket)
    [mail] = deliver(in_rocket)
    assert "SET hat RC-1001." in mail.body_text


def test_the_desk_says_in_its_own_words_that_a_fix_is_set_back(
    in_rocket: Cast, ticket: Ticket
) -> None:
    StageSetting.objects.create(
        desk=in_rocket.desk, stage="in_progress", back_text="One more round for {product}."
    )
    defect = report(in_rocket, ticket)
    StageSetting.objects.filter(stage="in_progress").update(back_text="One more round.")
    release(in_rocket, defect)
    tell(in_rocket)
    move(in_rocket, defect, "in_progress")
    tell(in_rocket)
    assert "One more round." in deliver(in_rocket)[-1].body_text


def test_machines_that_move_a_defect_back_and_forth_do_not_flood_the_customer(
    in_rocket: Cast, ticket: Ticket
) -> None:
    defect = report(in_rocket, ticket)
    for _ in range(15):
        for stage in ("in_progress", "confirmed"):
            move(in_rocket, defect, stage)
            tell(in_rocket)
    assert len(deliver(in_rocket)) == 20


def test_many_tickets_released_at_once_each_get_one_update_though_workers_die(
    in_rocket: Cast,
) -> None:
    defect, tickets = report(in_rocket), _open_tickets(in_rocket, 60)
    for ticket in tickets:
        link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    release(in_rocket, defect)
    dies = patch.object(telling, "put_back", side_effect=[None] * 20 + [KeyboardInterrupt])
    with dies, pytest.raises(KeyboardInterrupt):
        tell_customers(desk_id=in_rocket.desk.pk, at=LATER)
    assert DefectUpdate.objects.count() == 20
    tell(in_rocket)
    assert DefectUpdate.objects.filter(stage="released").count() == len(tickets)
    mails = deliver(in_rocket)
    assert Counter(mail.ticket_id for mail in mails) == Counter(ticket.pk for ticket in tickets)
    assert len({mail.rfc_message_id for mail in mails}) == len(tickets)


def test_a_reply_leaves_before_the_updates_of_a_release(in_rocket: Cast, ticket: Ticket) -> None:
    defect = report(in_rocket)
    for each in _open_tickets(in_rocket, 3):
        link_ticket(defect_id=defect.pk, ticket_id=each.pk, agent=in_rocket.analyst, at=NOON)
    release(in_rocket, defect)
    tell(in_rocket)
    deliver(in_rocket)
    OutgoingEmail.objects.exclude(kind=MailKind.DEFECT).update(state=MailState.SENT)
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Here you are.", at=LATER)
    deliver(in_rocket)
    with patch.object(sending, "BATCH", 1):
        send_due(desk_id=in_rocket.desk.pk, at=LATER + timedelta(hours=2))
    sent = OutgoingEmail.objects.filter(kind__in=[MailKind.REPLY, MailKind.DEFECT])
    assert [mail.kind for mail in sent.filter(state=MailState.SENT)] == [MailKind.REPLY]


def _open_tickets(cast: Cast, count: int) -> list[Ticket]:
    """Open tickets of as many people."""
    people = Contact.objects.bulk_create(
        Contact(desk=cast.desk, email=f"p{number}@acme.example", account=cast.account)
        for number in range(count)
    )
    return [cast.open_ticket(contact=person) for person in people]

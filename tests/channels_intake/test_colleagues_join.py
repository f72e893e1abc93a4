"""A colleague at the account's own domain answers with the customer's token and joins (M77)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, OutgoingEmail
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Message, Participant, State, Ticket
from tickets.services import reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
NEW = "New Colleague <new.colleague@acme.example>"


@pytest.fixture
def sent(rocket: Cast, take_in: TakeIn, run_mail: RunMail) -> OutgoingEmail:
    """The reply to a customer's email, which they forward to a colleague."""
    ticket = take_in(make_mail()).ticket
    assert ticket is not None
    with desk_scope(rocket.desk):
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Which version?", at=NOON)
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        return OutgoingEmail.objects.select_related("ticket").get(ticket=ticket, kind="reply")


def answer(sent: OutgoingEmail, sender: str, *, number: int = 1, **given: str) -> bytes:
    to = given.pop("to", sent.reply_to)
    return make_mail(
        sender, to, text="Version 4.", message_id=f"<answer-{number}@x.example>", **given
    )


def test_somebody_new_at_the_verified_domain_joins_as_themselves(
    rocket: Cast, sent: OutgoingEmail, take_in: TakeIn, run_mail: RunMail
) -> None:
    inbound = take_in(answer(sent, NEW))

    assert inbound.ticket == sent.ticket, inbound.explanation
    with desk_scope(rocket.desk):
        message = Message.objects.select_related("contact").get(pk=inbound.message_id)
        assert message.contact is not None
        assert message.contact.email == "new.colleague@acme.example"
        assert message.contact.account_id == rocket.account.pk
        ticket = Ticket.objects.get()
        assert (ticket.status, ticket.contact_id) == (State.OPEN, rocket.customer.pk)
        assert not Participant.objects.exists()  # nobody is added by email
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Thanks.", at=NOON)
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.latest("pk").to_address == rocket.customer.email


def test_forged_and_foreign_senders_stay_out(
    rocket: Cast, sent: OutgoingEmail, take_in: TakeIn
) -> None:
    token = sent.reply_to
    forged = [
        answer(sent, NEW, number=1, authentication="fail"),
        answer(sent, NEW, number=2, authentication="none"),
        answer(sent, "x@acme.example.evil.example", number=3),
        answer(sent, "x@notacme.example", number=4),
        answer(sent, "evil@nowhere.example", number=5),
        answer(sent, f'"{NEW}" <evil@nowhere.example>', number=6),
    ]
    for raw in forged:
        inbound = take_in(raw)
        assert inbound.state == InboundState.QUARANTINED, inbound.explanation
        assert inbound.message is None
    cut = take_in(answer(sent, NEW, number=7, to=token.replace("@", "a@")))
    assert cut.ticket != sent.ticket
    with desk_scope(rocket.desk):
        assert sent.ticket.messages.count() == 2
        new = Contact.objects.filter(email="new.colleague@acme.example")
        assert new.count() == 1  # the requester of the ticket that a damaged token opens


def test_a_removed_colleague_and_another_desks_token_join_nothing(
    rocket: Cast, matter: Cast, sent: OutgoingEmail, take_in: TakeIn
) -> None:
    with desk_scope(rocket.desk):
        Contact.objects.create(
            desk=rocket.desk, email="left@acme.example", name="Left", may_log_in=False
        )
    assert take_in(answer(sent, "left@acme.example")).state == InboundState.QUARANTINED
    local = sent.reply_to.rpartition("@")[0]
    other = take_in(answer(sent, NEW, number=2, to=f"{local}@matter.example"))
    with desk_scope(rocket.desk):
        assert sent.ticket.messages.count() == 2
    assert other.ticket is None or other.ticket.desk_id == matter.desk.pk

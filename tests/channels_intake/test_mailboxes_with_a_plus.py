"""A mailbox whose own address has a plus: reply tokens and return paths come back to it (M28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, InboundState, Mailbox, MailState, OutgoingEmail
from channels_intake.outgoing.return_paths import make_return_path
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.channels_intake.test_bounces import Scene, make_report
from tickets.models import State, Ticket
from tickets.services import reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]
EU = "support+eu@rocket.example"


@pytest.fixture
def europe(rocket: Cast, settings: Any) -> Mailbox:
    """The desk's only mailbox."""
    settings.EMAIL_RETURN_PATHS = True
    with desk_scope(rocket.desk):
        Mailbox.objects.filter(desk=rocket.desk).update(address=EU)
        return Mailbox.objects.get(desk=rocket.desk)


def send_reply(cast: Cast, ticket: Ticket, run_mail: RunMail) -> OutgoingEmail:
    with desk_scope(cast.desk):
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="Did it help?", at=NOON)
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        return OutgoingEmail.objects.get(ticket=ticket, kind="reply")


def test_request_reply_answer_and_bounce_come_to_it(
    rocket: Cast, europe: Mailbox, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket = take_in(make_mail(to=EU)).ticket
    assert ticket is not None
    sent = send_reply(rocket, ticket, run_mail)
    assert sent.reply_to.startswith("support+eu+")
    answer = make_mail(to=sent.reply_to, message_id="<two@acme.example>", authentication="fail")
    assert take_in(answer).ticket == ticket  # the token alone is enough

    path = make_return_path(sent)
    assert path.startswith(f"support+eu+bounce-{sent.pk}-")
    assert mail.outbox[-1].from_email == path
    report = make_report(Scene(ticket, sent), to=path, recipient="someone@forwarded.example")
    assert take_in(report, sender="<>").ticket == ticket
    with desk_scope(rocket.desk):
        assert OutgoingEmail.objects.get(pk=sent.pk).state == MailState.FAILED
        assert Ticket.objects.count() == 1


def test_its_own_mail_is_no_customers_and_its_token_survives_the_mailbox(
    rocket: Cast, europe: Mailbox, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket = take_in(make_mail(to=EU)).ticket
    assert ticket is not None
    sent = send_reply(rocket, ticket, run_mail)
    own = take_in(make_mail(sent.reply_to, EU, message_id="<own@rocket.example>"))
    assert (own.state, own.reason) == (InboundState.QUARANTINED, "own_mailbox")

    with desk_scope(rocket.desk):
        Mailbox.objects.filter(pk=europe.pk).update(address="support@rocket.example")
    answer = make_mail(to=sent.reply_to, message_id="<three@acme.example>")
    assert take_in(answer).ticket == ticket
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().status == State.OPEN


def test_the_owner_of_the_shorter_address_owns_what_is_behind_its_plus(
    rocket: Cast, matter: Cast, europe: Mailbox, take_in: TakeIn
) -> None:
    with desk_scope(matter.desk):
        Mailbox.objects.filter(desk=matter.desk).update(address="support@rocket.example")
    inbound = take_in(make_mail(to="support+eu+x@rocket.example"))
    assert inbound.ticket is not None
    assert inbound.ticket.desk_id == matter.desk.pk


def test_a_mailbox_without_the_plus_gets_what_is_not_the_longer_ones(
    rocket: Cast, europe: Mailbox, take_in: TakeIn
) -> None:
    with desk_scope(rocket.desk):
        plain = Mailbox.objects.create(
            desk=rocket.desk, address="support@rocket.example", name="All", verified_at=NOON
        )
    assert take_in(make_mail(to="support+us+eu@rocket.example")).mailbox_id == plain.pk
    to_eu = make_mail(to="support+eu+vip@rocket.example", message_id="<eu@acme.example>")
    assert take_in(to_eu).mailbox_id == europe.pk

"""A call results in a ticket, which is sent to the caller as a short follow-up (M52, M53)."""

from __future__ import annotations

from collections.abc import Callable

from django.core import mail

from accounts.models import Contact, Plan
from accounts.tenancy import desk_scope
from channels_intake.incoming.requests import accept_request
from channels_intake.models import MailKind, OutgoingEmail
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Ticket

RunMail = Callable[..., None]


def take_call(cast: Cast, contact: Contact, *, channel: str = "phone") -> Ticket:
    with desk_scope(cast.desk):
        Plan.objects.filter(pk=cast.plan.pk).update(allows_hotline=True)
        contact = Contact.objects.get(pk=contact.pk)
        return accept_request(
            desk=cast.desk,
            contact=contact,
            subject="Call of this morning",
            text="The server is <down> in Berlin.",
            channel=channel,
            priority=cast.priorities["High"],
            by=Actor.of(cast.analyst),
            at=NOON,
        )


def test_the_caller_gets_what_was_written_down(rocket: Cast, run_mail: RunMail) -> None:
    ticket = take_call(rocket, rocket.customer)
    run_mail(rocket.desk)
    run_mail(rocket.desk)
    (sent,) = mail.outbox
    assert sent.to == ["customer@acme.example"]
    assert sent.subject == f"[{ticket.reference}] Your call: Call of this morning"
    assert f"Your request has the number {ticket.reference}." in sent.body
    assert "The server is <down> in Berlin." in sent.body
    assert "The server is &lt;down&gt; in Berlin." in sent.alternatives[0][0]
    assert "by Wed, Nov 18, 2026, 6:00 PM (UTC-03)" in sent.body
    assert sent.reply_to[0].startswith("support+")
    with desk_scope(rocket.desk):
        event = ticket.events.get(kind="mail.sent")
        assert (event.data["mail_kind"], event.data["to"]) == ("phone", "customer@acme.example")


def test_a_caller_without_a_promise_gets_no_time(rocket: Cast, run_mail: RunMail) -> None:
    take_call(rocket, rocket.stranger)
    run_mail(rocket.desk)
    (sent,) = mail.outbox
    assert sent.to == [rocket.stranger.email]
    assert "The hotline is part of our support plans" in sent.body
    assert "get back to you as soon as we can." in sent.body


def test_an_agents_internal_request_is_no_call(rocket: Cast, run_mail: RunMail) -> None:
    take_call(rocket, rocket.customer, channel="agent")
    run_mail(rocket.desk)
    assert mail.outbox == []


def test_another_desks_callers_get_nothing(rocket: Cast, matter: Cast, run_mail: RunMail) -> None:
    take_call(rocket, rocket.customer)
    run_mail(matter.desk)
    assert mail.outbox == []
    with desk_scope(matter.desk):
        assert not OutgoingEmail.objects.filter(kind=MailKind.PHONE).exists()

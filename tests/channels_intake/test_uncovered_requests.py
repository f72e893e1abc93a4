"""A request that the plan doesn't cover is answered politely with what it includes (M66-M76)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import translation

from accounts.models import Contact, Desk, Plan
from accounts.tenancy import desk_scope
from channels_intake.incoming.requests import (
    FollowUpRefusedError,
    accept_customer_reply,
    accept_request,
)
from channels_intake.models import InboundMessage
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.actors import Actor
from tickets.models import NO_DEADLINE, Ticket
from tickets.services import close

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

REFUSED = (
    "Your support plan Standard doesn't include email, so we can't promise a response time for "
    "this request. We'll still read it and get back to you as soon as we can."
)
RECOMMENDED = "we recommend our support portal"


@pytest.fixture
def without_mail(rocket: Cast) -> Cast:
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(allows_mail=False, allows_hotline=True)
        Desk.objects.filter(pk=rocket.desk.pk).update(hotline="+55 11 5555-0100")
    return rocket


def test_the_receipt_says_what_the_plan_includes(
    without_mail: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail())
    run_mail(without_mail.desk)
    with desk_scope(without_mail.desk):
        ticket = Ticket.objects.get()
        assert (ticket.uncovered["code"], ticket.due_at) == ("email_not_in_plan", NO_DEADLINE)
        assert ticket.account == without_mail.account
    (sent,) = mail.outbox
    assert REFUSED in sent.body
    assert "Support portal: http://testserver/rocket/portal/\n" in sent.body
    assert "Hotline: +55 11 5555-0100 (For emergencies with the priority High only.)" in sent.body
    assert "Email: support@" not in sent.body
    assert "first response from us by" not in sent.body
    assert RECOMMENDED not in sent.body
    assert 'href="tel:+551155550100"' in sent.alternatives[0][0]


def test_the_receipt_is_in_the_customers_language(
    without_mail: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(without_mail.desk):
        Contact.objects.filter(pk=without_mail.customer.pk).update(language="de")
    take_in(make_mail())
    with translation.override("en"):
        run_mail(without_mail.desk)
    assert mail.outbox[0].subject.startswith("[RC-1001] Wir haben")


@pytest.mark.parametrize("authentication", ["fail", "none"])
def test_an_unverified_sender_learns_nothing_about_the_plan(
    without_mail: Cast, take_in: TakeIn, run_mail: RunMail, authentication: str
) -> None:
    with desk_scope(without_mail.desk):
        type(without_mail.mailbox).objects.update(unverified_mail="hold")
        Plan.objects.update(only_points_of_contact=True)
        Contact.objects.filter(pk=without_mail.customer.pk).update(role="contact")
    take_in(make_mail(authentication=authentication))
    run_mail(without_mail.desk)
    with desk_scope(without_mail.desk):
        assert not Ticket.objects.exclude(uncovered={}).exists()
    for sent in mail.outbox:
        assert "Standard" not in sent.body
        assert "plan" not in sent.body
        assert "5555" not in sent.body


def test_the_website_form_tells_a_guest_nothing(without_mail: Cast, run_mail: RunMail) -> None:
    with desk_scope(without_mail.desk):
        without_mail.open_ticket(is_unverified=True, channel="email")
    run_mail(without_mail.desk)
    (sent,) = mail.outbox
    assert "plan" not in sent.body
    assert RECOMMENDED in sent.body


def test_a_sender_without_an_account_is_pointed_to_the_portal(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail(rocket.stranger.email, message_id="<two@gmail.com>"))
    run_mail(rocket.desk)
    (sent,) = mail.outbox
    assert "Email is part of our support plans" in sent.body
    assert "Support portal: http://testserver/rocket/portal/" in sent.body
    assert "support@rocket.example\n" not in sent.body


@pytest.mark.parametrize(
    ("changes", "is_recommended"),
    [
        ({}, True),
        ({"role": "contact"}, False),
        ({"role": "manager"}, True),
        ({"may_log_in": False}, False),
    ],
)
def test_the_portal_is_recommended_to_those_who_may_use_it(
    rocket: Cast,
    take_in: TakeIn,
    run_mail: RunMail,
    changes: dict[str, object],
    is_recommended: bool,
) -> None:
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(only_points_of_contact=True)
        Contact.objects.filter(pk=rocket.customer.pk).update(**changes)
    take_in(make_mail())
    run_mail(rocket.desk)
    assert (RECOMMENDED in mail.outbox[0].body) is is_recommended


def test_a_plan_without_the_portal_is_not_sent_there(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        Plan.objects.filter(pk=rocket.plan.pk).update(allows_portal=False)
    take_in(make_mail())
    run_mail(rocket.desk)
    assert RECOMMENDED not in mail.outbox[0].body
    assert "by Wed, Nov 18, 2026, 6:00 PM" in mail.outbox[0].body


def test_a_caller_gets_the_list_of_what_the_plan_includes(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        accept_request(
            desk=rocket.desk,
            contact=rocket.customer,
            subject="Call",
            text="Help.",
            channel="phone",
            by=Actor.of(rocket.analyst),
            at=NOON,
        )
    run_mail(rocket.desk)
    (sent,) = mail.outbox
    assert "Your support plan Standard doesn't include the hotline" in sent.body
    assert "Email: support@rocket.example\n" in sent.body


def test_another_desks_customer_is_not_refused(
    without_mail: Cast, matter: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail(matter.customer.email, "support@matter.example"))
    run_mail(matter.desk)
    assert "first response from us by" in mail.outbox[0].body


def test_an_email_to_a_ticket_closed_for_good_opens_a_follow_up_without_a_promise(
    without_mail: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    cast = without_mail
    with desk_scope(cast.desk):
        ticket = cast.open_ticket(channel="web")
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        close(ticket_id=ticket.pk, by=Actor.of(cast.analyst), at=NOON)
        Ticket.objects.filter(pk=ticket.pk).update(reopen_until=NOON - timedelta(days=1))
    take_in(make_mail(to=mail.outbox[0].reply_to[0], text="Again.", message_id="<b@acme.example>"))
    with desk_scope(cast.desk):
        follow_up = Ticket.objects.get(follow_up_of=ticket)
        assert follow_up.uncovered["code"] == "email_not_in_plan"


@pytest.mark.parametrize(
    ("switches", "words"),
    [
        ({"only_points_of_contact": True}, "Ask one of your company's points of contact"),
        ({"allows_portal": False}, "your support plan doesn't include new portal requests"),
    ],
)
def test_a_plain_contact_gets_no_follow_up_in_the_portal(
    in_rocket: Cast, switches: dict[str, bool], words: str
) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    Plan.objects.filter(pk=in_rocket.plan.pk).update(**switches)
    Contact.objects.filter(pk=in_rocket.customer.pk).update(role="contact")
    contact = Contact.objects.get(pk=in_rocket.customer.pk)
    at = NOON + timedelta(days=60)
    with pytest.raises(FollowUpRefusedError, match=words):
        accept_customer_reply(ticket=ticket, contact=contact, text="Again", at=at)
    assert Ticket.objects.count() == 1
    early = NOON + timedelta(days=1)
    again = accept_customer_reply(ticket=ticket, contact=contact, text="Again", at=early)
    assert again.ticket == ticket


def test_a_point_of_contact_gets_a_follow_up(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    Plan.objects.filter(pk=in_rocket.plan.pk).update(only_points_of_contact=True)
    contact, at = Contact.objects.get(pk=in_rocket.customer.pk), NOON + timedelta(days=60)
    late = accept_customer_reply(ticket=ticket, contact=contact, text="Again", at=at)
    assert late.ticket.follow_up_of == ticket

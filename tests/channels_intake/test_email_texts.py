"""Emails read like a person wrote them, in the recipient's language and time zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone, translation
from django.utils.html import strip_tags

from accounts.models import Contact, User
from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage, MailKind
from channels_intake.outgoing.automatic_mail import is_verified
from channels_intake.outgoing.composing import format_moment
from channels_intake.outgoing.facts import Facts
from channels_intake.outgoing.subjects import make_subject
from sla.models import Target
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import Channel, CloseReason, Ticket
from tickets.services import change_priority, close, remind_silent, reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

PORTAL = "/rocket/portal/"


def html_words(sent: mail.EmailMultiAlternatives) -> str:
    """The words of the HTML part, with single spaces."""
    return " ".join(unescape(strip_tags(str(sent.alternatives[0][0]))).split())


def test_a_receipt_has_one_idea_per_paragraph(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail())
    run_mail(rocket.desk)

    body, _, foot = mail.outbox[0].body.partition("\n-- \n")
    assert body.strip().split("\n\n")[:4] == [
        "Hello Customer,",
        "Thanks for contacting Rocket Support. We received your request. Its number is RC-1001.",
        "You'll get a first response from us by Wed, Nov 18, 2026, 6:00 PM (UTC-03).",
        "There's nothing else you need to do. If you'd like to add something, "
        "just reply to this email.",
    ]
    assert body.rstrip().endswith(PORTAL)
    assert foot.splitlines()[0] == "Rocket Support"
    assert foot.splitlines()[1].startswith("View request RC-1001 in the portal: ")
    assert foot.splitlines()[2:] == ["Replies to this email are added to request RC-1001."]


def test_a_request_from_the_portal_is_not_sent_to_the_portal_again(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        rocket.open_ticket(channel="web")
    run_mail(rocket.desk)
    assert "we recommend our support portal" not in mail.outbox[0].body


@pytest.mark.parametrize("kind", MailKind)
def test_the_text_and_the_html_say_the_same(rocket: Cast, run_mail: RunMail, kind: str) -> None:
    with desk_scope(rocket.desk):
        followers = [rocket.customer_colleague] if kind == MailKind.COPY else []
        channel = "phone" if kind == MailKind.PHONE else "email"
        ticket = rocket.open_ticket(at=NOON, participants=followers, channel=channel)
    run_mail(rocket.desk)
    at = NOON + timedelta(days=5, minutes=1)
    with desk_scope(rocket.desk):
        if kind in {MailKind.REPLY, MailKind.REMINDER, MailKind.PHONE}:
            reply(
                ticket_id=ticket.pk, agent=rocket.analyst, text="Is it <off> & on?", at=NOON,
                channel=Channel.PHONE if kind == MailKind.PHONE else Channel.AGENT,
            )  # fmt: skip
        if kind == MailKind.CLOSED:
            close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=at)
        if kind == MailKind.REMINDER:
            remind_silent(desk_id=rocket.desk.pk, at=at)
        if kind == MailKind.PROMISE:
            Target.objects.filter(priority=rocket.priorities["Low"]).delete()
            low, by = rocket.priorities["Low"], Actor.of(rocket.analyst)
            change_priority(ticket_id=ticket.pk, priority=low, by=by, at=NOON)
    run_mail(rocket.desk, at=at)

    sent = mail.outbox[-1]
    body, _, foot = sent.body.partition("\n-- \n")
    shown = html_words(sent)
    for paragraph in [*body.strip().split("\n\n"), "Rocket Support", foot.splitlines()[-1]]:
        assert " ".join(paragraph.split()) in shown


@pytest.mark.parametrize(
    ("reason", "text"),
    [
        (CloseReason.SOLVED, "Your request RC-1001 is solved, so we closed it."),
        (
            CloseReason.DUPLICATE,
            "We closed your request RC-1001 because we're working on the same issue in another "
            "request.",
        ),
    ],
)
def test_a_closing_email_gives_the_reason_and_how_to_go_on(
    rocket: Cast, run_mail: RunMail, reason: CloseReason, text: str
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON, reason=reason)
    run_mail(rocket.desk)
    body = mail.outbox[-1].body
    assert text in body
    assert "Reply to this email by Wed, Dec 2, 2026, 10:00 AM (UTC-03) and we'll reopen" in body


def test_a_file_that_is_too_large_is_named(rocket: Cast, run_mail: RunMail, settings: Any) -> None:
    settings.MAX_ATTACHMENT_BYTES = 10
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        file = NewFile("dump.bin", "application/octet-stream", b"x" * 11)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="See here.", files=(file,), at=NOON)
    run_mail(rocket.desk)
    sent = mail.outbox[-1]
    told = "These files are too large for email or couldn't be stored: dump.bin"
    assert told in sent.body
    assert told in html_words(sent)
    assert sent.attachments == []


@pytest.mark.parametrize("of", ["contact", "user", "desk"])
def test_an_email_is_in_its_recipients_language(rocket: Cast, run_mail: RunMail, of: str) -> None:
    with desk_scope(rocket.desk):
        if of == "contact":
            Contact.objects.filter(pk=rocket.customer.pk).update(language="de")
        if of == "user":
            User.objects.filter(pk=rocket.customer.user_id).update(language="de")
        if of == "desk":
            rocket.desk.language = "de"
            rocket.desk.save()
        rocket.open_ticket(contact=Contact.objects.get(pk=rocket.customer.pk))
    with translation.override("en"):
        run_mail(rocket.desk)
    sent = mail.outbox[0]
    assert '<html lang="de" dir="ltr">' in sent.alternatives[0][0]
    assert "Mi, " in sent.body  # Wednesday, by Django's own catalog
    assert translation.get_language() == "en"


def test_each_follower_reads_times_in_their_own_zone(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        User.objects.filter(pk=rocket.customer.user_id).update(time_zone="Asia/Tokyo")
        rocket.open_ticket(contact=Contact.objects.get(pk=rocket.customer.pk))
    run_mail(rocket.desk)
    assert "by Thu, Nov 19, 2026, 6:00 AM (JST)" in mail.outbox[0].body


def test_an_email_to_a_right_to_left_reader_is_set_right_to_left(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        Contact.objects.filter(pk=rocket.customer.pk).update(language="ar-xb")
        rocket.open_ticket(contact=Contact.objects.get(pk=rocket.customer.pk))
    run_mail(rocket.desk)
    assert 'dir="rtl"' in mail.outbox[0].alternatives[0][0]


@pytest.mark.parametrize(
    ("days_left", "subject"),
    [
        (None, "[RC-1001] Still need help?"),
        (0, "[RC-1001] Still need help?"),
        (1, "[RC-1001] Still need help? We'll close this request in 1 day"),
        (2, "[RC-1001] Still need help? We'll close this request in 2 days"),
    ],
)
def test_a_reminders_subject_counts_the_days(
    in_rocket: Cast, days_left: int | None, subject: str
) -> None:
    ticket = in_rocket.open_ticket()
    assert make_subject(ticket, MailKind.REMINDER, days_left=days_left) == subject


@pytest.mark.parametrize(
    ("subject", "reply_subject"),
    [
        ("The server", "Re: The server [RC-1001]"),
        ("RE: Fwd: AW: The server", "Re: The server [RC-1001]"),
        ("Re[2]: The server", "Re: The server [RC-1001]"),
        ("[RC-1001] The server", "Re: [RC-1001] The server"),
        ("[RC-1001] RES: ENC: The server", "Re: [RC-1001] The server"),
        ("RES: The server", "Re: The server [RC-1001]"),
        ("ENC: RES: The server", "Re: The server [RC-1001]"),
        ("TR : The server", "Re: The server [RC-1001]"),
        ("R: I: The server", "Re: The server [RC-1001]"),
        ("回复：转发: The server", "Re: The server [RC-1001]"),
        ("Odp: PD: The server", "Re: The server [RC-1001]"),
        ("RE^3: Re(2): The server", "Re: The server [RC-1001]"),
        ("Ответ: Отв: The server", "Re: The server [RC-1001]"),
        ("RE:\u00a0Vs: The server", "Re: The server [RC-1001]"),
        ("Restart: The server", "Re: Restart: The server [RC-1001]"),
        ("Error: The server", "Re: Error: The server [RC-1001]"),
        ("Re:", "Re: Your request [RC-1001]"),
        ("100% CPU", "Re: 100% CPU [RC-1001]"),
        ("a\r\nBcc: victim@evil.example", "Re: a Bcc: victim@evil.example [RC-1001]"),
    ],
)
def test_a_replys_subject_has_one_re_and_the_number(
    in_rocket: Cast, subject: str, reply_subject: str
) -> None:
    ticket = in_rocket.open_ticket()
    ticket.subject = subject
    assert make_subject(ticket, MailKind.REPLY) == reply_subject


def test_the_first_email_to_a_person_is_not_a_reply(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket(subject="Re: The server")
    assert make_subject(ticket, MailKind.REPLY, is_first=True) == "The server [RC-1001]"


@pytest.mark.parametrize("kind", [MailKind.RECEIPT, MailKind.REMINDER, MailKind.CLOSED])
def test_an_unverified_address_reads_nothing_that_was_submitted(
    in_rocket: Cast, kind: MailKind
) -> None:
    ticket: Ticket = in_rocket.open_ticket(subject="Cheap pills", is_unverified=True)
    shows_words = is_verified(ticket, Facts(ticket.events.all()))
    subject = make_subject(ticket, kind, days_left=2, shows_words=shows_words)
    assert "pills" not in subject


def test_a_moment_is_written_in_the_active_zone_and_language() -> None:
    with timezone.override("America/New_York"), translation.override("en"):
        assert format_moment(NOON) == "Wed, Nov 18, 2026, 8:00 AM (EST)"


def test_the_indentation_of_a_reply_is_kept_and_no_text_becomes_html(
    rocket: Cast, run_mail: RunMail
) -> None:
    text = "  Try <b>:\n\tmake  all\n    https://a.example/x  now\nDone."
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text=text, at=NOON)
    run_mail(rocket.desk)

    sent = mail.outbox[-1]
    assert "\tmake  all\n    https://a.example/x  now\nDone.\n\n-- \n" in sent.body
    html, _kind = sent.alternatives[0]
    blank = "&nbsp;"
    assert f"Try &lt;b&gt;:<br>{blank * 4}make{blank} all<br>{blank * 4}<a href=" in html
    assert f"https://a.example/x</a>{blank} now<br>Done." in html

"""Receipts, replies, reminders and closing emails: text, recipients, thread and headers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import (
    InboundMessage,
    InboundState,
    MailState,
    OutgoingEmail,
    ReplyToken,
)
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.models import Ticket, TicketEvent
from tickets.relations.merging import Consent, merge_ticket
from tickets.services import (
    NewMessage,
    add_customer_message,
    add_note,
    close,
    close_silent,
    remind_silent,
    reply,
)

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]


def kinds_of(ticket: Ticket) -> list[str]:
    return list(TicketEvent.objects.filter(ticket=ticket).values_list("kind", flat=True))


def test_the_customer_gets_a_receipt_with_number_response_time_and_portal(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail())
    run_mail(rocket.desk)

    (sent,) = mail.outbox
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        row = OutgoingEmail.objects.get()
        assert "mail.sent" in kinds_of(ticket)
    assert sent.to == ["customer@acme.example"]
    assert sent.subject == (
        f"[{ticket.reference}] We received your request: The server does not start"
    )
    assert ticket.reference in sent.body
    assert "by Wed, Nov 18, 2026, 6:00 PM (UTC-03)" in sent.body  # 8 working hours after 10 AM
    assert "/rocket/portal/" in sent.body
    assert "nothing works" not in sent.body
    assert row.state == MailState.SENT
    assert sent.from_email == "Rocket <support@rocket.example>"


def test_a_receipt_is_marked_automatic_and_joins_the_thread(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail(message_id="<one@acme.example>"))
    run_mail(rocket.desk)

    (sent,) = mail.outbox
    headers = sent.extra_headers
    assert headers["Auto-Submitted"] == "auto-replied"
    assert headers["X-Auto-Response-Suppress"] == "All"
    assert headers["X-Plumbline-Desk"] == "rocket"
    assert headers["In-Reply-To"] == "<one@acme.example>"
    assert headers["References"] == "<one@acme.example>"
    assert headers["Message-ID"].endswith("@rocket.example>")
    with desk_scope(rocket.desk):
        token = ReplyToken.objects.get()
    assert token.contact_id == rocket.customer.pk
    assert sent.reply_to == [f"support+{token.token}@rocket.example"]


def test_a_reply_goes_to_customer_and_followers_with_its_file(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(participants=[rocket.customer_colleague])
    run_mail(rocket.desk)
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="canary-of-the-note", at=NOON)
        reply(
            ticket_id=ticket.pk,
            agent=rocket.analyst,
            text="Please try <again> & again.",
            files=(NewFile("fix.txt", "text/plain", b"do this"),),
            at=NOON,
        )
    run_mail(rocket.desk)

    assert [sent.to for sent in mail.outbox] == [
        ["customer@acme.example"],
        ["coworker@acme.example"],
    ]
    first, second = mail.outbox
    assert first.reply_to != second.reply_to
    assert first.extra_headers["Message-ID"] != second.extra_headers["Message-ID"]
    assert "Please try <again> & again." in first.body
    assert "Please try &lt;again&gt; &amp; again." in first.alternatives[0][0]
    assert [(name, content) for name, content, _ in first.attachments] == [("fix.txt", "do this")]
    assert "Auto-Submitted" not in first.extra_headers
    assert first.from_email == '"Analyst (Rocket)" <support@rocket.example>'
    assert "canary-of-the-note" not in str(first.message()) + str(second.message())


def test_no_header_names_an_email_that_another_customer_wrote_by_a_merged_ticket(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    take_in(make_mail())
    at = NOON + timedelta(hours=1)
    with desk_scope(rocket.desk):
        ticket, merged = Ticket.objects.get(), rocket.open_ticket(contact=rocket.elsewhere)
        consent, agent = Consent(across_accounts=True), rocket.analyst
        merge_ticket(ticket_id=merged.pk, into_id=ticket.pk, agent=agent, at=NOON, consent=consent)
        given = {"contact": rocket.elsewhere, "new": NewMessage("Ours", "email")}
        theirs = add_customer_message(ticket_id=merged.pk, at=at, **given)
        InboundMessage.objects.create(
            desk=rocket.desk,
            provider="raw",
            content_type="message/rfc822",
            raw=b"Subject: x\r\n\r\nOurs",
            received_at=at,
            next_try_at=at,
            state=InboundState.PROCESSED,
            ticket=ticket,
            message=theirs,
            rfc_message_id="two@other.example",
        )
        reply(ticket_id=ticket.pk, agent=agent, text="Yes", at=at)
    run_mail(rocket.desk, at=at)
    (answer,) = [one for one in mail.outbox if "Yes" in one.body]
    assert answer.extra_headers["In-Reply-To"] == "<one@acme.example>"
    references = [one.extra_headers.get("References", "") for one in mail.outbox]
    assert not any("other.example" in one for one in references)


def test_references_grow_with_the_thread(rocket: Cast, take_in: TakeIn, run_mail: RunMail) -> None:
    take_in(make_mail(message_id="<one@acme.example>"))
    run_mail(rocket.desk)
    receipt = mail.outbox[0].extra_headers["Message-ID"]
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        later = NOON + timedelta(minutes=5)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try again.", at=later)
    run_mail(rocket.desk, at=later)

    answer = mail.outbox[1].extra_headers
    assert answer["References"] == f"<one@acme.example> {receipt}"
    assert answer["In-Reply-To"] == "<one@acme.example>"


def test_silence_brings_a_reminder_and_then_a_closing_email_with_the_reason(
    rocket: Cast, run_mail: RunMail
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Try again.", at=NOON)
    run_mail(rocket.desk)
    mail.outbox.clear()

    day_five, day_seven = NOON + timedelta(days=5, minutes=1), NOON + timedelta(days=7, minutes=1)
    with desk_scope(rocket.desk):
        assert remind_silent(desk_id=rocket.desk.pk, at=day_five) == 1
    run_mail(rocket.desk, at=day_five)
    with desk_scope(rocket.desk):
        assert close_silent(desk_id=rocket.desk.pk, at=day_seven) == 1
    run_mail(rocket.desk, at=day_seven)

    reminder, closing = mail.outbox
    assert reminder.subject == (
        f"[{ticket.reference}] Still need help? We'll close this request in 2 days"
    )
    assert "we'll close your request on Wed, Nov 25, 2026, 10:00 AM (UTC-03)" in reminder.body
    assert closing.subject == f"[{ticket.reference}] We closed your request: {ticket.subject}"
    assert "because we haven't heard from you for 7 days" in closing.body
    assert closing.extra_headers["Auto-Submitted"] == "auto-replied"


def test_an_agents_close_says_that_it_is_solved(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
    run_mail(rocket.desk)

    assert "is solved" in mail.outbox[-1].body
    assert "heard from you" not in mail.outbox[-1].body


def test_spam_and_a_customers_own_close_send_no_email(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        spam, own = rocket.open_ticket(), rocket.open_ticket()
    run_mail(rocket.desk)
    mail.outbox.clear()
    with desk_scope(rocket.desk):
        close(ticket_id=spam.pk, by=Actor.of(rocket.analyst), at=NOON, reason="spam")
        close(ticket_id=own.pk, by=Actor.of(rocket.customer), at=NOON, reason="by_customer")
    run_mail(rocket.desk)

    assert mail.outbox == []


def test_an_event_delivered_twice_sends_one_email(rocket: Cast, run_mail: RunMail) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        ticket.events.get(kind="ticket.opened").deliveries.update(state="due")
    run_mail(rocket.desk)

    assert len(mail.outbox) == 1


def test_line_breaks_in_a_subject_inject_no_header(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    evil = "=?utf-8?q?Hi=0D=0ABcc=3A_victim=40evil.example?="
    take_in(make_mail(subject="REPLACE").replace(b"Subject: REPLACE", f"Subject: {evil}".encode()))
    run_mail(rocket.desk)

    lines = mail.outbox[0].message().as_bytes().splitlines()
    assert not any(line.lower().startswith(b"bcc") for line in lines)

"""Senders and recipients: own addresses, several mailboxes, forms, lists, other desks."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from typing import Any

import pytest
from django.core import mail

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.remarks import MAX_CC_SHOWN, MAX_SUBJECT_CHARS
from channels_intake.mime.automatic import OWN_HEADER
from channels_intake.models import InboundMessage, InboundState, Mailbox, OutgoingEmail, ReplyToken
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import all_inbound, make_mail
from tickets.events import EventKind
from tickets.models import Message, Participant, State, Ticket
from tickets.services import reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]


@pytest.fixture
def sales(rocket: Cast) -> Mailbox:
    """A second mailbox of the desk."""
    with desk_scope(rocket.desk):
        return Mailbox.objects.create(
            desk=rocket.desk, address="sales@rocket.example", name="Sales", verified_at=NOON
        )


def list_remarks(cast: Cast) -> list[dict[str, Any]]:
    with desk_scope(cast.desk):
        return [remark for m in Message.objects.all() for remark in m.remark_data]


def find_remark(cast: Cast, code: str) -> dict[str, Any]:
    return next(remark for remark in list_remarks(cast) if remark["code"] == code)


# The desk's own address, with a plus


@pytest.mark.parametrize("own", ["support@rocket.example", "Support+Sales@Rocket.example"])
def test_mail_from_the_desks_own_address_is_quarantined(
    rocket: Cast, take_in: TakeIn, own: str
) -> None:
    row = take_in(make_mail(own))
    assert (row.state, row.reason) == (InboundState.QUARANTINED, "own_mailbox")


def test_mail_to_the_desks_address_with_any_plus_arrives(rocket: Cast, take_in: TakeIn) -> None:
    assert take_in(make_mail(to="SUPPORT+vip@rocket.example")).ticket


def test_the_desks_own_addresses_in_cc_are_not_offered_as_followers(
    rocket: Cast, take_in: TakeIn, sales: Mailbox
) -> None:
    cc = "support+x@rocket.example, sales+y@rocket.example, boss@acme.example"
    take_in(make_mail(Cc=cc))
    assert find_remark(rocket, "cc_not_added")["addresses"] == "boss@acme.example"
    with desk_scope(rocket.desk):
        assert not Participant.objects.exists()


# One email to two mailboxes of a desk


def test_one_post_to_two_mailboxes_is_one_ticket_with_both_noted(
    rocket: Cast, take_in: TakeIn, sales: Mailbox
) -> None:
    take_in(make_mail(to="support@rocket.example, sales@rocket.example"))
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == 1
    noted = find_remark(rocket, "sent_to_several")["addresses"]
    assert noted == "support@rocket.example, sales@rocket.example"


@pytest.mark.parametrize("to", ["support@rocket.example, sales@rocket.example", "x@other.example"])
def test_two_posts_of_one_mail_to_two_mailboxes_are_one_ticket_with_both_noted(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, sales: Mailbox, to: str
) -> None:
    raw = make_mail(to=to)
    rows = [
        take_in(raw, recipient=box)
        for box in ("support@rocket.example", "sales@rocket.example", "sales@rocket.example")
    ]
    states = [row.state for row in rows]
    assert states == [InboundState.PROCESSED, InboundState.DUPLICATE, InboundState.DUPLICATE]
    assert {row.ticket_id for row in rows} == {rows[0].ticket_id}
    noted = [remark for remark in list_remarks(rocket) if remark["code"] == "sent_to_several"]
    expected = "support@rocket.example, sales@rocket.example"
    assert noted == [{"code": "sent_to_several", "addresses": expected}]
    with desk_scope(rocket.desk):
        assert Ticket.objects.count() == Message.objects.count() == 1
        added = rows[0].ticket.events.filter(kind=EventKind.RECIPIENTS_ADDED)
        assert added.count() == (1 if to == "x@other.example" else 0)


def test_a_mailbox_only_in_cc_receives_the_mail(
    rocket: Cast, take_in: TakeIn, sales: Mailbox
) -> None:
    row = take_in(make_mail(to="colleague@acme.example", Cc="sales@rocket.example"))
    assert row.ticket
    assert row.mailbox_id == sales.pk


def test_a_reply_to_the_token_of_one_mailbox_joins_whichever_mailbox_gets_it_first(
    rocket: Cast, take_in: TakeIn, sales: Mailbox
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        token = ReplyToken.objects.create(
            desk=rocket.desk, ticket=ticket, contact=rocket.customer, created_at=NOON
        ).token
    raw = make_mail(to=f"sales@rocket.example, support+{token}@rocket.example")
    for box in ("sales@rocket.example", f"support+{token}@rocket.example"):
        assert take_in(raw, recipient=box).ticket == ticket


@pytest.mark.parametrize(("tag", "is_invalid"), [("vip", False), ("a" * 25, True)])
def test_only_a_damaged_token_is_called_an_invalid_reply_address(
    rocket: Cast, take_in: TakeIn, tag: str, is_invalid: bool
) -> None:
    take_in(make_mail(to=f"support+{tag}@rocket.example"))
    assert (list_remarks(rocket) == [{"code": "invalid_reply_address"}]) is is_invalid


# A website's form


def test_a_forms_reply_to_is_offered_as_the_requester(rocket: Cast, take_in: TakeIn) -> None:
    row = take_in(
        make_mail("Website <no-reply@site.example>", Reply_To="Jan Muster <jan@nordwind.example>")
    )
    assert row.ticket
    offered = find_remark(rocket, "reply_to")
    assert offered == {
        "code": "reply_to",
        "address": "jan@nordwind.example",
        "name": "Jan Muster",
    }
    with desk_scope(rocket.desk):
        assert "jan@nordwind.example" in " ".join(row.ticket.messages.get().remarks)
        assert not Contact.objects.filter(email="jan@nordwind.example").exists()


@pytest.mark.parametrize(
    "reply_to",
    [
        "customer@acme.example",
        "support+abc@rocket.example",
        "a@one.example, b@two.example",
        "nobody",
    ],
)
def test_no_other_reply_to_is_offered(rocket: Cast, take_in: TakeIn, reply_to: str) -> None:
    take_in(make_mail(Reply_To=reply_to))
    assert not [remark for remark in list_remarks(rocket) if remark["code"] == "reply_to"]


@pytest.mark.parametrize("verdict", ["pass", "none"])
def test_a_form_that_writes_as_the_desk_itself_opens_its_visitors_unverified_ticket(
    rocket: Cast, take_in: TakeIn, verdict: str
) -> None:
    raw = make_mail(
        "Website <support@rocket.example>",
        Reply_To="Customer <customer@acme.example>",
        authentication=verdict,
    )
    row = take_in(raw)
    assert row.sender == "customer@acme.example"
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.contact == rocket.customer
        assert ticket.is_unverified
        assert ticket.account is None


def test_a_forged_mail_of_the_desk_itself_is_quarantined_with_any_reply_to(
    rocket: Cast, take_in: TakeIn
) -> None:
    forged = {"Reply_To": "customer@acme.example", "authentication": "fail"}
    own = take_in(make_mail("support@rocket.example", **forged))
    assert (own.state, own.reason) == (InboundState.QUARANTINED, "own_mailbox")
    mutual = make_mail("support@rocket.example", Reply_To="support+a@rocket.example", text="Two")
    row = take_in(mutual)
    assert (row.state, row.sender) == (InboundState.QUARANTINED, "support@rocket.example")


# Mail that is not addressed to the desk


@pytest.mark.parametrize(
    ("to", "others", "is_answered"),
    [
        ("support@rocket.example", {}, True),
        ("Support+vip@rocket.example", {}, True),
        ("boss@acme.example", {"Cc": "support@rocket.example"}, True),
        ("help@rocket.example", {}, True),  # an alias at the desk's own domain
        ("all-vendors@acme.example", {}, False),
        ("undisclosed-recipients:;", {}, False),
        ("all-vendors@acme.example", {"Resent_To": "support@rocket.example"}, True),
        ("support@rocket.example", {"List_Id": "<vendors.acme.example>"}, False),
    ],
)
def test_mail_through_a_list_gets_no_receipt(
    rocket: Cast,
    take_in: TakeIn,
    run_mail: RunMail,
    to: str,
    others: dict[str, str],
    is_answered: bool,
) -> None:
    row = take_in(make_mail(to=to, **others), recipient="support@rocket.example")
    run_mail(rocket.desk)
    assert row.ticket
    assert bool(mail.outbox) is is_answered


# No verdict


@pytest.mark.parametrize("sender", ["customer@acme.example", "new@somewhere.example"])
def test_a_mail_without_a_verdict_says_so(rocket: Cast, take_in: TakeIn, sender: str) -> None:
    row = take_in(make_mail(sender, authentication="none"))
    with desk_scope(rocket.desk):
        (said,) = row.ticket.messages.get().remarks
    assert said.startswith("The sender is unverified: no SPF, DKIM or DMARC result")
    assert sender.partition("@")[2] in said


@pytest.mark.parametrize("verdict", ["pass", "fail"])
def test_a_mail_with_a_verdict_says_nothing_of_the_kind(
    rocket: Cast, take_in: TakeIn, verdict: str
) -> None:
    take_in(make_mail(authentication=verdict))
    assert list_remarks(rocket) == []


# Devices that write neither Message-ID nor Date


def alarm(*received: str) -> bytes:
    lines = "".join(f"Received: {line}\r\n" for line in received)
    return lines.encode() + make_mail("ups@acme.example", subject="Battery low", message_id="")


def test_a_second_identical_alarm_from_a_device_is_not_a_duplicate(
    rocket: Cast, take_in: TakeIn
) -> None:
    first, second = "from ups; Thu, 26 Nov 2026 10:00:00", "from ups; Thu, 26 Nov 2026 11:00:00"
    rows = [take_in(alarm(line)) for line in (first, second, second)]
    states = [row.state for row in rows]
    assert states == [InboundState.PROCESSED, InboundState.PROCESSED, InboundState.DUPLICATE]
    assert rows[2].ticket == rows[1].ticket != rows[0].ticket


def test_received_lines_do_not_matter_beside_a_message_id_or_a_date(
    rocket: Cast, take_in: TakeIn
) -> None:
    for marks in ({"message_id": "<a@ups>"}, {"Date": "Thu, 26 Nov 2026 10:00:00 +0100"}):
        raw = make_mail("ups@acme.example", **({"message_id": ""} | marks))
        rows = [take_in(b"Received: from " + hop + b"\r\n" + raw) for hop in (b"one", b"two")]
        assert [row.state for row in rows] == [InboundState.PROCESSED, InboundState.DUPLICATE]


# Message-IDs with letters outside of ASCII


@pytest.mark.parametrize(
    "back",
    [
        "<größe@acme.example>",
        "=?utf-8?q?=3Cgr=C3=B6=C3=9Fe=40acme=2Eexample=3E?=",
        "=?iso-8859-1?q?=3Cgr=F6=DFe=40acme=2Eexample=3E?=",
        "<gro\N{COMBINING DIAERESIS}ße@acme.example>",
        "=?utf-8?b?PGdyw7bDn2VAYWNtZS5leGFtcGxlPg==?= <other@acme.example>",
    ],
)
def test_a_message_id_with_letters_is_found_again_however_it_comes_back(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, back: str
) -> None:
    raw = make_mail(message_id="").replace(
        b"From:", "Message-ID: <größe@acme.example>\r\nFrom:".encode(), 1
    )
    first = take_in(raw)
    assert first.rfc_message_id == "größe@acme.example"
    second = make_mail(message_id="<two@acme.example>").replace(
        b"From:", f"References: {back}\r\nFrom:".encode(), 1
    )
    assert take_in(second).ticket == first.ticket

    with desk_scope(rocket.desk):
        reply(ticket_id=first.ticket.pk, agent=rocket.analyst, text="Noted.", at=NOON)
    run_mail(rocket.desk)
    sent = message_from_bytes(mail.outbox[-1].message().as_bytes())
    assert sent["In-Reply-To"] == "<two@acme.example>"
    assert "=?" not in sent["References"]
    assert sent["References"].isascii()
    assert "<two@acme.example>" in sent["References"]


def test_a_ticket_with_only_such_an_id_is_answered_in_its_own_thread(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    raw = make_mail(message_id="").replace(
        b"From:", "Message-ID: <größe@acme.example>\r\nFrom:".encode(), 1
    )
    ticket = take_in(raw).ticket
    run_mail(rocket.desk)
    with desk_scope(rocket.desk):
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="Noted.", at=NOON)
    run_mail(rocket.desk)
    receipt, answer = (m.extra_headers for m in mail.outbox)
    assert "References" not in receipt
    assert answer["In-Reply-To"] == receipt["Message-ID"]


# Another desk of this installation


def pass_on(message: Any, take_in: TakeIn) -> InboundMessage:
    """Deliver an email that one desk sent to the other desk's mailbox."""
    verdict = b"Authentication-Results: mx.tests.example; dmarc=pass header.from=rocket.example\r\n"
    return take_in(verdict + message.message().as_bytes())


def test_a_reply_of_one_desk_to_another_is_mail_and_only_its_automatic_mail_is_stopped(
    rocket: Cast, matter: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    """The other desk writes as a customer; agents of both then write to and fro."""
    opened = take_in(make_mail("support@matter.example"))
    with desk_scope(rocket.desk):
        reply(ticket_id=opened.ticket.pk, agent=rocket.analyst, text="Send the log.", at=NOON)
    run_mail(rocket.desk)
    receipt, written = mail.outbox
    assert all(OWN_HEADER in message.extra_headers for message in mail.outbox)

    stopped, arrived = pass_on(receipt, take_in), pass_on(written, take_in)
    assert (stopped.state, stopped.reason) == (InboundState.QUARANTINED, "own_mail")
    assert (arrived.state, arrived.reason) == (InboundState.PROCESSED, "opened")
    with desk_scope(matter.desk):
        assert "Send the log." in Message.objects.get().body_text
        reply(ticket_id=arrived.ticket.pk, agent=matter.analyst, text="Here it is.", at=NOON)
    run_mail(matter.desk)
    with desk_scope(matter.desk):
        kinds = list(OutgoingEmail.objects.values_list("kind", flat=True))
    assert kinds == ["reply"]  # and no receipt, which the other desk would quarantine

    back = pass_on(mail.outbox[-1], take_in)
    assert back.ticket == opened.ticket
    with desk_scope(rocket.desk):
        assert Ticket.objects.get().status == State.OPEN
    assert len(all_inbound()) == 4


def test_more_copied_addresses_than_are_shown_are_counted(rocket: Cast, take_in: TakeIn) -> None:
    copied = [f"p{number}@acme.example" for number in range(MAX_CC_SHOWN + 2)]
    take_in(make_mail(Cc=", ".join(copied)))

    assert len(find_remark(rocket, "cc_not_added")["addresses"].split(", ")) == MAX_CC_SHOWN
    assert find_remark(rocket, "cc_not_shown")["count"] == 2


def test_a_cut_subject_and_name_are_remarked_in_full(rocket: Cast, take_in: TakeIn) -> None:
    subject, name = "printer " * 60, "Ann " * 50
    take_in(make_mail(f'"{name.strip()}" <ann@acme.example>', subject=subject.strip()))

    with desk_scope(rocket.desk):
        assert len(Ticket.objects.get().subject) == MAX_SUBJECT_CHARS
    assert find_remark(rocket, "subject_cut")["subject"] == subject.strip()
    assert find_remark(rocket, "sender_name_cut")["name"] == name.strip()

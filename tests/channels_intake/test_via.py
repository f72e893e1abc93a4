"""Lists that replace From: the author is read from other headers and stays unverified."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from accounts.tenancy import desk_scope
from channels_intake.mime.envelope import Address, Authentication
from channels_intake.mime.parsing import parse_message
from channels_intake.mime.via import clean_name, find_author
from channels_intake.models import InboundMessage, InboundState, ReplyToken
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.models import Ticket

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]

JANE = Address("jane@nordwind.example", "Jane Doe")
GROUP = "support@acme.example"

REPLACED = {
    "Google Group": [
        ("From", "'Jane Doe' via Support <support@acme.example>"),
        ("X-Original-Sender", "jane@nordwind.example"),
        ("X-Original-From", "Jane Doe <jane@nordwind.example>"),
        ("Reply-To", "Jane Doe <jane@nordwind.example>"),
        ("List-ID", "<support.acme.example>"),
    ],
    "Google Group, replies to the group": [
        ("From", "\"'Jane Doe' via Support\" <support@acme.example>"),
        ("X-Original-From", "Jane Doe <jane@nordwind.example>"),
        ("Reply-To", "support@acme.example"),
    ],
    "Google Group, the sender alone": [
        ("From", "\"'Jane Doe' via Support\" <support@acme.example>"),
        ("X-Original-Sender", "Jane@Nordwind.example"),
        ("Mailing-list", "list support@acme.example; contact support+owners@acme.example"),
    ],
    "Yahoo group": [
        ("From", '"Jane Doe jane@nordwind.example [sailing]" <sailing@yahoogroups.example>'),
        ("X-Original-From", "Jane Doe <jane@nordwind.example>"),
        ("Mailing-List", "list sailing@yahoogroups.example; contact owner@yahoogroups.example"),
    ],
    "Mailman": [
        ("From", "Jane Doe via Users <users@lists.example>"),
        ("Reply-To", "Jane Doe <jane@nordwind.example>"),
        ("List-Post", "<mailto:users@lists.example>"),
    ],
    "Mailman, replies to both": [
        ("From", "Jane Doe via Users <users@lists.example>"),
        ("Reply-To", "Users <users@lists.example>, Jane Doe <jane@nordwind.example>"),
        ("X-BeenThere", "users@lists.example"),
    ],
    "Mailman, without via": [
        ("From", "Jane Doe <users@lists.example>"),
        ("Reply-To", "Jane Doe <jane@nordwind.example>"),
        ("List-Id", "Users of us <users.lists.example>"),
    ],
    "Sympa": [
        ("From", '"Jane Doe (via users Mailing List)" <users@lists.example>'),
        ("Reply-To", "jane@nordwind.example"),
    ],
    "groups.io": [
        ("From", "Jane Doe via groups.io <jane=nordwind.example@groups.example>"),
        ("Reply-To", "users@groups.example"),
        ("List-Post", "<mailto:users@groups.example>"),
    ],
}


def parse(headers: list[tuple[str, str]], verdict: Authentication = Authentication.PASS):
    raw = "".join(f"{name}: {value}\r\n" for name, value in headers)
    return parse_message(f"{raw}\r\nHello.".encode(), authentication=verdict)


@pytest.mark.parametrize("headers", REPLACED.values(), ids=REPLACED.keys())
def test_the_author_behind_a_list_is_read_as_unverified(headers: list[tuple[str, str]]) -> None:
    envelope = parse(headers)
    assert envelope.sender == JANE
    assert envelope.via == headers[0][1].rpartition("<")[2].rstrip(">")
    assert envelope.authentication is Authentication.NONE
    assert parse(headers, Authentication.FAIL).authentication is Authentication.FAIL


NOT_REPLACED = {
    "a person": [("From", "Jane Doe <jane@nordwind.example>")],
    "a list that keeps From": [
        ("From", "Jane Doe <jane@nordwind.example>"),
        ("X-Original-Sender", "bounces+7@mail.example"),
        ("X-Original-From", "Jane <jane@nordwind.example>"),
        ("Reply-To", "users@lists.example"),
        ("List-Post", "<mailto:users@lists.example>"),
    ],
    "a company's other address": [
        ("From", "Via Rail via Montreal <jane@nordwind.example>"),
        ("Reply-To", "support@nordwind.example"),
    ],
    "a customer's own help desk": [
        ("From", "Help <jane@nordwind.example>"),
        ("Reply-To", "jane+case42@nordwind.example"),
        ("List-ID", "<jane.nordwind.example>"),
    ],
    "a newsletter": [
        ("From", "News <jane@nordwind.example>"),
        ("Reply-To", "answers@other.example"),
        ("List-Unsubscribe", "<mailto:leave@other.example>"),
    ],
    "two in Reply-To": [
        ("From", "Jane via Users <jane@nordwind.example>"),
        ("Reply-To", "a@one.example, b@two.example"),
    ],
    "a name": [("From", "Via Rail <jane@nordwind.example>"), ("Reply-To", "x@other.example")],
}


@pytest.mark.parametrize("headers", NOT_REPLACED.values(), ids=NOT_REPLACED.keys())
def test_other_mail_keeps_the_sender_and_the_verdict(headers: list[tuple[str, str]]) -> None:
    envelope = parse(headers)
    assert (envelope.sender.email, envelope.via) == (JANE.email, "")
    assert envelope.authentication is Authentication.PASS


@pytest.mark.parametrize(
    ("name", "person"),
    [
        ("'Jane Doe' via Support", "Jane Doe"),
        ("Jane Doe (via users Mailing List)", "Jane Doe"),
        ("Jane via Users via Lists", "Jane"),
        ("via Support", ""),
        ("Via Rail", "Via Rail"),
        ("Olivia", "Olivia"),
    ],
)
def test_a_name_loses_what_the_list_added(name: str, person: str) -> None:
    assert clean_name(name) == person


words = st.text(max_size=60)
names = st.sampled_from(
    ["X-Original-From", "Reply-To", "X-Original-Sender", "List-Post", "List-ID", "Mailing-List"]
)


@given(st.lists(st.tuples(names, words), max_size=6), words)
def test_an_author_is_one_readable_address_other_than_from(
    headers: list[tuple[str, str]], name: str
) -> None:
    sender = Address(GROUP, name)
    author = find_author(headers, sender)
    if author is not None:
        assert author.email not in {"", GROUP}
        assert "@" in author.email
    assert find_author(headers, Address("", name)) is None


@pytest.mark.parametrize("marks", [{"List_ID": "<support.rocket.example>"}, {}])
def test_a_mail_through_a_group_opens_an_unverified_ticket_of_its_author(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail, marks: dict[str, str]
) -> None:
    raw = make_mail(
        "'Customer' via Support <support@rocket.example>",
        X_Original_From="Customer <customer@acme.example>",
        Reply_To="Customer <customer@acme.example>",
        **marks,
    )
    row = take_in(raw)
    run_mail(rocket.desk)
    assert (row.state, row.sender) == (InboundState.PROCESSED, "customer@acme.example")
    assert mail.outbox == []
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.contact == rocket.customer
        assert ticket.is_unverified
        assert ticket.account is None
        assert "sent through support@rocket.example" in ticket.messages.get().remarks[0]


def test_a_group_cannot_be_used_to_speak_as_a_customer_by_thread_headers(
    rocket: Cast, take_in: TakeIn
) -> None:
    first = take_in(make_mail())
    forged = take_in(
        make_mail(
            "Customer via Evil <list@evil.example>",
            message_id="<two@evil.example>",
            X_Original_From="Customer <customer@acme.example>",
            In_Reply_To="<one@acme.example>",
        )
    )
    with desk_scope(rocket.desk):
        tickets = {ticket.pk: ticket for ticket in Ticket.objects.all()}
    assert forged.ticket_id != first.ticket_id
    assert tickets[forged.ticket_id].is_unverified


def test_an_answer_through_a_group_joins_by_its_reply_address(
    rocket: Cast, take_in: TakeIn
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        token = ReplyToken.objects.create(
            desk=rocket.desk, ticket=ticket, contact=rocket.customer, created_at=NOON
        )
    row = take_in(
        make_mail(
            "'Customer' via Support <support@rocket.example>",
            f"support+{token.token}@rocket.example",
            X_Original_From="Customer <customer@acme.example>",
        )
    )
    assert row.ticket == ticket

"""A reply finds its ticket by the token in the address, otherwise by thread headers (M14)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django.core import mail

from accounts.tenancy import desk_scope
from channels_intake.models import InboundMessage
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.actors import Actor
from tickets.models import Message, State, Ticket
from tickets.services import close, reply

TakeIn = Callable[..., InboundMessage]
RunMail = Callable[..., None]


def answered_ticket(cast: Cast, take_in: TakeIn, run_mail: RunMail) -> Ticket:
    """Return a ticket that an agent replied to. The reply is the last email in the outbox."""
    take_in(make_mail(message_id="<root@acme.example>"))
    run_mail(cast.desk)
    with desk_scope(cast.desk):
        ticket = Ticket.objects.get()
        reply(ticket_id=ticket.pk, agent=cast.analyst, text="Did you try again?", at=NOON)
    run_mail(cast.desk)
    return ticket


def test_a_reply_to_the_reply_address_reopens_the_ticket(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket = answered_ticket(rocket, take_in, run_mail)
    text = (
        "Yes, and it works.\n\nOn Wed, 18 Nov 2026 at 10:00, Rocket <s@rocket.example> wrote:"
        "\n> Did you try?"
    )
    take_in(make_mail(to=mail.outbox[-1].reply_to[0], text=text, message_id="<two@acme.example>"))

    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get()
        assert ticket.status == State.OPEN
        assert ticket.close_at is None
        message = Message.objects.order_by("pk").last()
        assert message.contact == rocket.customer
        assert message.body_text.strip() == "Yes, and it works."
        assert "> Did you try?" in message.quoted_text


def test_a_reply_to_the_plain_address_finds_the_ticket_by_our_message_id(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket = answered_ticket(rocket, take_in, run_mail)
    ours = mail.outbox[-1].extra_headers["Message-ID"]
    inbound = take_in(
        make_mail(message_id="<two@acme.example>", References=f"<root@acme.example> {ours}")
    )

    assert inbound.ticket == ticket


def test_the_token_counts_before_the_thread_headers(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    first = answered_ticket(rocket, take_in, run_mail)
    address = mail.outbox[-1].reply_to[0]
    second = take_in(make_mail(message_id="<other@acme.example>")).ticket
    inbound = take_in(
        make_mail(to=address, message_id="<three@acme.example>", In_Reply_To="<other@acme.example>")
    )

    assert second != first
    assert inbound.ticket == first


def test_a_reply_within_the_window_reopens_a_closed_ticket(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket = answered_ticket(rocket, take_in, run_mail)
    address = mail.outbox[-1].reply_to[0]
    with desk_scope(rocket.desk):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
    take_in(make_mail(to=address, message_id="<two@acme.example>"), at=NOON + timedelta(days=13))

    with desk_scope(rocket.desk):
        assert Ticket.objects.get().status == State.OPEN


def test_a_reply_to_a_ticket_closed_for_good_opens_a_linked_one(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    ticket = answered_ticket(rocket, take_in, run_mail)
    address = mail.outbox[-1].reply_to[0]
    with desk_scope(rocket.desk):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
    late = take_in(
        make_mail(to=address, message_id="<two@acme.example>", text="Again!"),
        at=NOON + timedelta(days=15),
    )

    with desk_scope(rocket.desk):
        follow_up = Ticket.objects.get(follow_up_of=ticket)
        assert late.ticket == follow_up
        assert follow_up.account == rocket.account
        assert follow_up.messages.get().body_text.strip() == "Again!"
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED


def test_the_history_of_an_html_reply_is_folded_and_its_new_text_stays(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    answered_ticket(rocket, take_in, run_mail)
    address = mail.outbox[-1].reply_to[0]
    raw = make_mail(to=address, text="HTML", message_id="<two@acme.example>").decode()
    head = raw.partition("\n\n")[0].replace("text/plain", "text/html")
    take_in(
        f"{head}\n\n<p>It is <b>7.10</b>.</p><p>On Wed, 18 Nov 2026 at 10:00, Rocket "
        f"&lt;{address}&gt; wrote:</p><blockquote>Did you try?</blockquote>\n".encode()
    )

    with desk_scope(rocket.desk):
        message = Message.objects.order_by("pk").last()
        assert message.body_html == "<p>It is <b>7.10</b>.</p>"
        assert message.body_text.strip() == "It is 7.10."
        assert message.quoted_text.endswith("> Did you try?")
        assert address.partition("@")[0] not in message.quoted_text, "the token is masked"


def test_an_outlook_forward_that_joins_shows_the_mail_that_it_brings(
    rocket: Cast, take_in: TakeIn, run_mail: RunMail
) -> None:
    answered_ticket(rocket, take_in, run_mail)
    text = (
        "From our vendor.\n\nFrom: Bob <bob@vendor.example>\nSent: Friday, November 20, 2026\n"
        "To: Ann\nSubject: Import\n\nNode 2 fails too.\n"
    )
    address = mail.outbox[-1].reply_to[0]
    take_in(make_mail(to=address, text=text, message_id="<fw@acme.example>", subject="FW: Import"))
    take_in(make_mail(to=address, text=text, message_id="<re@acme.example>", subject="RE: Import"))

    with desk_scope(rocket.desk):
        forward, answer = reversed(Message.objects.order_by("-pk")[:2])
        assert "Node 2 fails too." in forward.body_text
        assert answer.body_text.strip() == "From our vendor."
        assert "Node 2 fails too." in answer.quoted_text

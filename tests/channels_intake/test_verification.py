"""Unverified tickets are claimed only once their exact address is verified."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from accounts.models import Contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.requests import accept_website_form
from channels_intake.incoming.verification import BY_MAIL, verify_tickets_of
from channels_intake.models import InboundMessage, ReplyToken, UnverifiedMail
from sla.models import Clock
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tickets.access import tickets_for_contact
from tickets.actors import Actor
from tickets.models import State, Ticket
from tickets.services import close

TakeIn = Callable[..., InboundMessage]
LATER = NOON + timedelta(hours=1)
ADDRESS = "nova@acme.example"


def fill_in_form(cast: Cast, email: str = ADDRESS) -> Ticket:
    with desk_scope(cast.desk):
        return accept_website_form(
            desk=cast.desk, email=email, name="Nova", subject="Help", text="Please", at=NOON
        )


def fresh(cast: Cast, ticket: Ticket) -> Ticket:
    with desk_scope(cast.desk):
        return Ticket.objects.select_related("department", "contact").get(pk=ticket.pk)


def reply_address(cast: Cast, ticket: Ticket, contact: Contact | None = None) -> str:
    with desk_scope(cast.desk):
        token = ReplyToken.objects.create(
            desk=cast.desk, ticket=ticket, contact=contact or ticket.contact, created_at=NOON
        )
    return f"support+{token.token}@{cast.desk.slug}.example"


def test_an_authenticated_mail_takes_over_tickets_from_the_form(
    rocket: Cast, take_in: TakeIn
) -> None:
    ticket = fill_in_form(rocket)
    assert ticket.account_id is None
    take_in(make_mail(ADDRESS), at=LATER)

    ticket = fresh(rocket, ticket)
    assert (ticket.is_unverified, ticket.account_id) == (False, rocket.account.pk)
    assert ticket.department == rocket.departments["paid"]
    assert ticket.match_reasons[0] == {"code": "verified_by_email"}
    with desk_scope(rocket.desk):
        assert Clock.objects.get(ticket=ticket).started_at == LATER
        assert ticket in tickets_for_contact(ticket.contact)
        event = ticket.events.get(kind="sender.verified")
        assert (event.actor_name, event.data["account"]) == ("Nova", "acme.example Inc.")


@pytest.mark.parametrize("authentication", ["none", "fail"])
def test_an_unauthenticated_mail_takes_over_nothing(
    rocket: Cast, take_in: TakeIn, authentication: str
) -> None:
    ticket = fill_in_form(rocket)
    take_in(make_mail(ADDRESS, authentication=authentication), at=LATER)
    assert fresh(rocket, ticket).is_unverified


def test_only_that_very_address_counts(rocket: Cast, take_in: TakeIn) -> None:
    theirs = [
        fill_in_form(rocket, email) for email in ("other@acme.example", "nova+x@acme.example")
    ]
    take_in(make_mail(ADDRESS, CC="other@acme.example", Reply_To="other@acme.example"), at=LATER)
    assert all(fresh(rocket, ticket).is_unverified for ticket in theirs)


def test_automatic_mail_verifies_no_person(rocket: Cast, take_in: TakeIn) -> None:
    ticket = fill_in_form(rocket)
    take_in(make_mail(ADDRESS, Auto_Submitted="auto-generated"), at=LATER)
    take_in(
        make_mail(
            ADDRESS,
            reply_address(rocket, ticket),
            message_id="<2@x>",
            Auto_Submitted="auto-replied",
        )
    )
    take_in(
        make_mail(
            "MAILER-DAEMON@acme.example", reply_address_again(rocket, ticket), message_id="<3@x>"
        ),
        sender="<>",
    )
    assert fresh(rocket, ticket).is_unverified


def reply_address_again(cast: Cast, ticket: Ticket) -> str:
    with desk_scope(cast.desk):
        return f"support+{ReplyToken.objects.get(ticket=ticket).token}@{cast.desk.slug}.example"


def test_a_reply_by_token_takes_over_its_own_ticket_only(rocket: Cast, take_in: TakeIn) -> None:
    ticket, other = fill_in_form(rocket), fill_in_form(rocket)
    take_in(make_mail(ADDRESS, reply_address(rocket, ticket), authentication="none"), at=LATER)
    assert not fresh(rocket, ticket).is_unverified
    assert fresh(rocket, other).is_unverified


def test_anothers_token_takes_over_nothing(rocket: Cast, take_in: TakeIn) -> None:
    ticket = fill_in_form(rocket)
    address = reply_address(rocket, ticket, contact=rocket.stranger)
    take_in(make_mail(ADDRESS, address, authentication="none"), at=LATER)
    take_in(make_mail(rocket.stranger.email, address, message_id="<2@x>"), at=LATER)
    assert fresh(rocket, ticket).is_unverified


def test_a_ticket_of_failed_mail_stays_unverified_until_its_own_reply(
    rocket: Cast, take_in: TakeIn
) -> None:
    forged = take_in(make_mail(ADDRESS, authentication="fail")).ticket
    take_in(make_mail(ADDRESS, message_id="<2@x>"), at=LATER)
    with desk_scope(rocket.desk):
        contact = Contact.objects.get(email=ADDRESS)
        assert verify_tickets_of(contact, how=BY_MAIL, at=LATER) == 0
    assert fresh(rocket, forged).is_unverified

    take_in(make_mail(ADDRESS, reply_address(rocket, forged), message_id="<3@x>"), at=LATER)
    assert not fresh(rocket, forged).is_unverified


def test_a_reply_by_thread_headers_needs_authentication(rocket: Cast, take_in: TakeIn) -> None:
    rocket.mailbox.unverified_mail = UnverifiedMail.HOLD
    with desk_scope(rocket.desk):
        rocket.mailbox.save()
    ticket = take_in(make_mail(authentication="none")).ticket
    assert ticket.is_unverified
    answer = {"In_Reply_To": "<one@acme.example>", "authentication": "none"}
    take_in(make_mail(message_id="<2@x>", **answer), at=LATER)
    assert fresh(rocket, ticket).is_unverified
    take_in(make_mail(message_id="<3@x>", **answer | {"authentication": "pass"}), at=LATER)
    assert not fresh(rocket, ticket).is_unverified


def test_a_closed_ticket_gets_no_sla_until_the_reply_that_reopens_it(
    rocket: Cast, take_in: TakeIn
) -> None:
    ticket = fill_in_form(rocket)
    with desk_scope(rocket.desk):
        close(ticket_id=ticket.pk, by=Actor.of(rocket.analyst), at=NOON)
    take_in(make_mail(ADDRESS), at=LATER)
    ticket = fresh(rocket, ticket)
    assert (ticket.is_unverified, ticket.status) == (False, State.CLOSED)
    with desk_scope(rocket.desk):
        assert not Clock.objects.filter(ticket=ticket).exists()

    take_in(make_mail(ADDRESS, reply_address(rocket, ticket), message_id="<2@x>"), at=LATER)
    with desk_scope(rocket.desk):
        assert Clock.objects.get(ticket=ticket).started_at == LATER


def test_another_desks_ticket_of_the_address_stays_unverified(
    rocket: Cast, matter: Cast, take_in: TakeIn
) -> None:
    there = fill_in_form(matter)
    take_in(make_mail(ADDRESS), at=LATER)
    assert fresh(matter, there).is_unverified

"""A person with a canary's name, address and words, planted in every store by ordinary ways."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from allauth.account.models import EmailAddress, EmailConfirmation
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from PIL import Image

from accounts.invitations.sending import invite
from accounts.models import Agent, Contact, User
from accounts.services import claim_contact
from accounts.tenancy import desk_scope
from channels_intake.incoming.reading import process_inbound
from channels_intake.incoming.requests import accept_customer_reply, accept_request
from channels_intake.incoming.store import store_inbound
from channels_intake.outgoing.sending import send_due
from helpdesk.invitations.emails import send_invitation
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import TRUSTED, make_mail
from tests.previews import make_previews
from tickets.actors import Actor
from tickets.attachments.files import NewFile
from tickets.deliveries import deliver_due
from tickets.models import Message, Ticket
from tickets.services import add_note, add_participant, assign, reply
from tickets.submissions import submit_once

EMAIL = "Cana.Zanzibarquux@acme.example"
ADDRESS = EMAIL.lower()
NAME = "Cana Zanzibarquux"
WORD = "xylographquux"
CANARIES = ("zanzibarquux", WORD)
SENDER = f"{NAME} <{EMAIL}>"


@dataclass
class Planted:
    """The canary and what was made around them."""

    cast: Cast
    contact: Contact
    user: User
    ticket: Ticket  # by email
    portal_ticket: Ticket
    others_ticket: Ticket  # a colleague's, where the canary takes part
    signed_in: Client


def picture() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, "PNG")
    return out.getvalue()


def take_in(raw: bytes) -> None:
    inbound = store_inbound(
        provider="raw", raw=raw, content_type="message/rfc822", at=NOON, enqueue=False
    )
    process_inbound(inbound_id=inbound.pk, at=NOON)


@pytest.fixture
def outbox(settings: Any, tmp_path: Path) -> Path:
    """Emails go to .eml files, as in the demo; stored files go to a folder of this test."""
    settings.TRUSTED_AUTHSERV_IDS = frozenset({TRUSTED})
    settings.EMAIL_BACKEND = "channels_intake.outgoing.outbox.EmailBackend"
    settings.OUTBOX_DIR = tmp_path / "outbox"
    settings.MEDIA_ROOT = tmp_path / "files"
    return tmp_path


def everywhere_about(cast: Cast) -> Planted:
    """Plant the canary in every store of a desk."""
    desk, helper = cast.desk, cast.analyst
    take_in(
        make_mail(
            SENDER,
            subject=f"My {WORD} is broken",
            text=f"The {WORD} fails.\n\nRegards\n{NAME}",
            files=[(f"{WORD}.pdf", b"%PDF " + WORD.encode())],
            message_id="<one@zanzibarquux.acme.example>",
        )
    )
    with desk_scope(desk):
        contact = Contact.objects.get(email=ADDRESS)
        ticket = Ticket.objects.get(contact=contact)
        user = _give_login(cast, contact)
        contact.refresh_from_db()
        _talk(cast, ticket, contact, helper)
        portal_ticket = accept_request(
            desk=desk,
            contact=contact,
            subject=f"Again {WORD}",
            text=f"Still {WORD}",
            at=NOON,
            by=Actor.of(contact),
            files=(NewFile(f"{WORD}.png", "image/png", picture()),),
            fields={"version": f"{WORD} 7\n{ADDRESS}"},
        )
        make_previews()
        submit_once(desk=desk, contact=contact, token="t", at=NOON, work=lambda: portal_ticket)
        others = _colleagues_ticket(cast, contact)
    _mail_about(cast, ticket, contact)
    return Planted(cast, contact, user, ticket, portal_ticket, others, _sign_in(user))


def _give_login(cast: Cast, contact: Contact) -> User:
    user = User.objects.create_user(contact.email, "a pass phrase", name=NAME)
    address = EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    EmailConfirmation.objects.create(email_address=address, key="k")
    claim_contact(desk=cast.desk, user=user, email=user.email, at=NOON)
    invitation, token = invite(
        desk=cast.desk, email=contact.email, name=NAME, kind="contact", role="manager", at=NOON
    )
    send_invitation(invitation, token)
    return user


def _talk(cast: Cast, ticket: Ticket, contact: Contact, helper: Agent) -> None:
    assign(ticket_id=ticket.pk, agent=helper, by=Actor.of(cast.lead), at=NOON)
    reply(
        ticket_id=ticket.pk, agent=helper, text="Hello Cana, try this. Write to " + ADDRESS, at=NOON
    )
    add_note(ticket_id=ticket.pk, agent=helper, text=f"{NAME} is in a hurry.", at=NOON)
    accept_customer_reply(ticket=ticket, contact=contact, text=f"No, {WORD} stays broken", at=NOON)


def _colleagues_ticket(cast: Cast, contact: Contact) -> Ticket:
    ticket = cast.open_ticket(contact=cast.customer_colleague, text=f"Ask {NAME} ({ADDRESS})")
    add_participant(ticket_id=ticket.pk, contact=contact, by=Actor.of(cast.analyst), at=NOON)
    accept_customer_reply(ticket=ticket, contact=contact, text=f"I know of {WORD}", at=NOON)
    reply(ticket_id=ticket.pk, agent=cast.analyst, text="Thank you all.", at=NOON)
    return ticket


def _mail_about(cast: Cast, ticket: Ticket, contact: Contact) -> None:
    """A colleague's reply that quotes the canary, and another's email with the canary in copy."""
    quoting = f"I agree.\n\nOn Wed, {NAME} <{ADDRESS}> wrote:\n> The {WORD} fails."
    take_in(make_mail("coworker@acme.example", text=quoting, message_id="<2@acme.example>",
                      subject="Re: it", In_Reply_To="<one@zanzibarquux.acme.example>"))  # fmt: skip
    take_in(make_mail("someone@elsewhere-rocket.example", message_id="<3@acme.example>", Cc=SENDER))
    with desk_scope(cast.desk):
        deliver_due(desk_id=cast.desk.pk, at=NOON)
        send_due(desk_id=cast.desk.pk, at=NOON)
        assert Message.objects.filter(ticket=ticket, contact=cast.customer_colleague).exists()


def _sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    half_done = SessionStore()
    half_done["account_verified_email"] = ADDRESS
    half_done.create()
    return client


@pytest.fixture
def planted(rocket: Cast, outbox: Path) -> Planted:
    return everywhere_about(rocket)

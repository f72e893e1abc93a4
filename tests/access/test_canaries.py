"""The wall under fire: two desks with a word of their own in every text, and each asked for the other's.

The live stream says ticket numbers only, and of its own desk: tests/live/test_stream.py.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

import pytest
from django.http import HttpResponseBase

from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from channels_intake.outgoing.sending import build_message
from helpdesk.desks.export import export_desk
from helpdesk.privacy.export import export_person
from tests.access.asking import close_file, undone
from tests.access.canaries import (
    HIDDEN,
    HUSHED,
    SHARED,
    canary_of,
    lay_canaries,
    lay_hidden,
    secret_of,
)
from tests.access.people import ADMIN_MODELS, World, make_world
from tests.access.routes import ROUTES
from tests.cast import NOON
from tickets.deliveries import deliver_due
from tickets.services import add_note, reply

CONTACTS = "cme"
SEARCHES = {
    "a": [
        "agent/?view=all", f"agent/?q={SHARED}", f"agent/?q={HUSHED}", "api/tickets/",
        f"agent/customers/?q={SHARED}", "agent/customers/?kind=people",
    ],
    "c": [f"portal/requests/?q={SHARED}", f"portal/requests/?q={HUSHED}", "portal/requests/?view=open"],
    "m": [f"portal/requests/?q={SHARED}", f"portal/requests/?q={HUSHED}"],
    "d": [
        *(f"admin/{key.replace('_', '/', 1)}/?q={SHARED}" for key in ADMIN_MODELS if not key.startswith("channels")),
        *(f"admin/channels_intake/{key.removeprefix('channels_intake_')}/?q={SHARED}" for key in ADMIN_MODELS
          if key.startswith("channels")),
        "admin/autocomplete/?app_label=accounts&model_name=contact&field_name=account&term=",
        "api/tickets/",
    ],
}  # fmt: skip


SEARCHES["u"] = SEARCHES["a"]


@pytest.fixture
def world(db: None, quiet: None) -> World:
    world = make_world()
    for cast in (world.rocket, world.matter):
        lay_canaries(cast)
    return world


def read(response: HttpResponseBase) -> str:
    """All that was sent: headers, and the text or the file."""
    if getattr(response, "is_async", False):
        body = b""  # the live stream, which never ends
    else:
        body = b"".join(response.streaming_content) if response.streaming else response.content
    close_file(response)
    return str(response.headers) + body.decode("utf-8", "replace")


def crawl(world: World, person: str) -> Iterator[tuple[str, str]]:
    """Address and answer of every route and search at the first desk."""
    client = world.sign_in(person)
    addresses = [world.address(route) for route in ROUTES]
    for address in [*addresses, *(f"/rocket/{path}" for path in SEARCHES.get(person, []))]:
        with undone():
            yield address, read(client.get(address))


def test_the_canaries_stand_in_every_kind_of_text(world: World) -> None:
    """So that finding none proves something: what people write, what things are called, and what mail brings."""
    assert {
        "tickets.Ticket.subject", "tickets.Message.body_text", "tickets.Note.body_text", "tickets.Attachment.name",
        "tickets.Notification.text", "tickets.Priority.name", "tickets.FormField.label", "accounts.Account.name",
        "accounts.Contact.name", "accounts.Contact.email", "accounts.Agent.name", "accounts.Department.name",
        "accounts.Plan.name", "accounts.Product.name", "accounts.AccountDomain.domain", "accounts.Invitation.email",
        "sla.Calendar.name", "sla.Holiday.name", "channels_intake.Mailbox.address",
        "channels_intake.InboundMessage.subject", "channels_intake.OutgoingEmail.body_text",
    } <= lay_canaries(world.matter)  # fmt: skip


@pytest.mark.parametrize("person", ["n", *CONTACTS, "a", "d"])
def test_no_answer_of_a_desk_holds_a_word_of_another(world: World, person: str) -> None:
    foreign, own, secret = canary_of(world.matter), canary_of(world.rocket), secret_of(world.rocket)
    answers = dict(crawl(world, person))
    assert [address for address, text in answers.items() if foreign in text.lower()] == []
    if person in {"n", *CONTACTS}:
        assert [address for address, text in answers.items() if secret in text.lower()] == []
    held = sum(own in text.lower() for text in answers.values())
    assert held >= {"n": 5, "a": 20, "d": 60}.get(person, 8), (
        "the desk's own words are found, so words are seen"
    )


def test_an_analyst_without_the_department_reads_no_word_of_its_tickets(world: World) -> None:
    """Nor their numbers: by any address or search, though another ticket of the same person is there to be seen."""
    with desk_scope(world.rocket.desk):
        shown = world.rocket.open_ticket(is_unverified=True, text=SHARED)
        references = lay_hidden(world.rocket.departments["paid"])
    words = [HIDDEN, *(reference.lower() for reference in references)]
    answers = {person: dict(crawl(world, person)) for person in "au"}
    told = {
        person: [
            address
            for address, text in found.items()
            if any(word in text.lower() for word in words)
        ]
        for person, found in answers.items()
    }
    assert told["u"] == []
    assert len(told["a"]) >= 10, "whoever is a member reads them"
    assert any(shown.reference in text for text in answers["u"].values())


def test_the_search_finds_notes_for_agents_and_none_for_customers(world: World) -> None:
    number = str(world.values["number"])
    found = {
        person: read(world.sign_in(person).get(f"/rocket/{path}", {"q": HUSHED}))
        for person, path in (("a", "agent/"), ("c", "portal/requests/"), ("m", "portal/requests/"))
    }
    assert f"tickets/{number}/" in found["a"]
    assert f"requests/{number}/" not in found["c"] + found["m"]


def test_files_of_notes_are_for_agents(world: World) -> None:
    file = world.values["note_file_id"]
    assert secret_of(world.rocket) in read(world.sign_in("a").get(f"/rocket/agent/files/{file}/"))
    for person in CONTACTS:
        assert world.sign_in(person).get(f"/rocket/portal/files/{file}/").status_code == 404


def test_no_mail_holds_a_note(world: World) -> None:
    """Of all mails that a ticket's life sends, source and all."""
    rocket = world.rocket
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(subject="Quiet", contact=rocket.customer)
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text=secret_of(rocket), at=NOON)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="A public word", at=NOON)
        assert deliver_due(desk_id=rocket.desk.pk, at=NOON)
        mails = list(OutgoingEmail.objects.filter(ticket=ticket))
        sources = [build_message(mail).message().as_string() for mail in mails]
    assert any("A public word" in source for source in sources)
    assert [source for source in sources if secret_of(rocket) in source.lower()] == []
    assert [source for source in sources if canary_of(world.matter) in source.lower()] == []


def test_an_exported_desk_holds_its_own_words_only(world: World) -> None:
    out = io.BytesIO()
    export_desk(desk=world.rocket.desk, to=out, at=NOON)
    text = unzip(out)
    assert canary_of(world.rocket) in text
    assert secret_of(world.rocket) in text
    assert canary_of(world.matter) not in text


def test_an_exported_person_gets_no_note(world: World) -> None:
    out = io.BytesIO()
    export_person(desk=world.rocket.desk, contact=world.rocket.customer, to=out, at=NOON)
    text = unzip(out)
    assert canary_of(world.rocket) in text
    assert secret_of(world.rocket) not in text
    assert canary_of(world.matter) not in text


@pytest.mark.parametrize("kind", ["accounts", "domains", "contacts"])
def test_a_csv_file_holds_the_desks_own_words_only(world: World, kind: str) -> None:
    text = read(world.sign_in("d").post("/rocket/admin/csv/export/", {"kind": kind}))
    assert canary_of(world.rocket) in text
    assert canary_of(world.matter) not in text


def unzip(archive: io.BytesIO) -> str:
    with zipfile.ZipFile(archive) as parts:
        return "\n".join(
            name + parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
        ).lower()

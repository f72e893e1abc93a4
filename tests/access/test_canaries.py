"""Tenant isolation: two desks with a canary word in every text, searched for in the other's pages.

The live stream only sends ticket numbers of its own desk: tests/live/test_stream.py.
"""

from __future__ import annotations

import io
import pickle
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model
from django.http import HttpResponseBase

from accounts.tenancy import desk_scope
from channels_intake.models import OutgoingEmail
from channels_intake.outgoing.messages import build_message
from helpdesk.desks.export import export_desk
from helpdesk.privacy.export import export_person
from tests.access.asking import is_refused_at_gate
from tests.access.canaries import (
    HIDDEN_WORD,
    NOTE_WORD,
    SHARED_WORD,
    get_canary,
    get_note_canary,
    plant_canaries,
    plant_hidden,
)
from tests.access.people import ADMIN_MODELS, World, create_world
from tests.access.probing import close_stream, rolled_back
from tests.access.routes import ROUTES
from tests.cast import NOON
from tests.databases import keep_rows
from tickets.deliveries import deliver_due
from tickets.services import add_note, reply

CONTACTS = "cme"


def get_admin_path(model: type[Model]) -> str:
    return f"{model._meta.app_label}/{model._meta.model_name}"


SEARCHES = {
    "a": [
        "agent/?view=all", f"agent/?q={SHARED_WORD}", f"agent/?q={NOTE_WORD}", "api/v1/tickets/",
        f"agent/customers/?q={SHARED_WORD}", "agent/customers/?kind=people",
    ],
    "c": [
        f"portal/requests/?q={SHARED_WORD}", f"portal/requests/?q={NOTE_WORD}",
        "portal/requests/?view=open",
    ],
    "m": [f"portal/requests/?q={SHARED_WORD}", f"portal/requests/?q={NOTE_WORD}"],
    "d": [
        *(f"admin/{get_admin_path(model)}/?q={SHARED_WORD}" for model in ADMIN_MODELS.values()),
        "admin/autocomplete/?app_label=accounts&model_name=contact&field_name=account&term=",
        "api/v1/tickets/",
    ],
}  # fmt: skip


SEARCHES["u"] = SEARCHES["a"]


@pytest.fixture(scope="module")
def kept_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[bytes]:
    with keep_rows(django_db_blocker):
        world = create_world()
        for cast in (world.rocket, world.matter):
            plant_canaries(cast)
        yield pickle.dumps(world)


def read(response: HttpResponseBase) -> str:
    """Return everything in a response: headers, and the text or the file."""
    if getattr(response, "is_async", False):
        body = b""  # the live stream never ends
    else:
        body = b"".join(response.streaming_content) if response.streaming else response.content
    close_stream(response)
    return str(response.headers) + body.decode("utf-8", "replace")


def fetch_all(world: World, person: str) -> Iterator[tuple[str, str]]:
    """Yield the URL and the content of every route and search at the first desk.

    Where a gate refuses the person, all routes return the same page without looking at any row.
    """
    client = world.sign_in(person)
    urls = [world.get_url(route) for route in ROUTES if not is_refused_at_gate(route, person)]
    for url in [*urls, *(f"/rocket/{path}" for path in SEARCHES.get(person, []))]:
        with rolled_back():
            yield url, read(client.get(url))


def test_canaries_are_in_every_kind_of_text(world: World) -> None:
    """Finding none elsewhere proves something only if messages, names and emails contain them."""
    assert {
        "tickets.Ticket.subject", "tickets.Message.body_text", "tickets.Note.body_text",
        "tickets.Attachment.name",
        "tickets.Priority.name", "tickets.FormField.label",
        "accounts.Account.name",
        "accounts.Contact.name", "accounts.Contact.email", "accounts.Agent.name",
        "accounts.Department.name",
        "accounts.Plan.name", "accounts.Product.name", "accounts.AccountDomain.domain",
        "accounts.Invitation.email",
        "sla.Calendar.name", "sla.Holiday.name", "channels_intake.Mailbox.address",
        "channels_intake.InboundMessage.subject", "channels_intake.OutgoingEmail.body_text",
    } <= plant_canaries(world.matter)  # fmt: skip


@pytest.mark.parametrize("person", ["n", *CONTACTS, "a", "d"])
def test_no_response_of_a_desk_contains_a_word_of_another(world: World, person: str) -> None:
    foreign, own, secret = (
        get_canary(world.matter),
        get_canary(world.rocket),
        get_note_canary(world.rocket),
    )
    responses = dict(fetch_all(world, person))
    assert [url for url, text in responses.items() if foreign in text.lower()] == []
    if person in {"n", *CONTACTS}:
        assert [url for url, text in responses.items() if secret in text.lower()] == []
    own_pages = sum(own in text.lower() for text in responses.values())
    assert own_pages >= {"n": 5, "a": 20, "d": 60}.get(person, 8), (
        "the desk's own words are found, so the search works"
    )


def test_an_analyst_outside_the_department_sees_no_word_of_its_tickets(world: World) -> None:
    """No page or search shows their numbers either, but a visible ticket of the same person."""
    with desk_scope(world.rocket.desk):
        shown = world.rocket.open_ticket(is_unverified=True, text=SHARED_WORD)
        references = plant_hidden(world.rocket.departments["paid"])
    words = [HIDDEN_WORD, *(reference.lower() for reference in references)]
    responses = {person: dict(fetch_all(world, person)) for person in "au"}
    found = {
        person: [url for url, text in pages.items() if any(word in text.lower() for word in words)]
        for person, pages in responses.items()
    }
    assert found["u"] == []
    assert len(found["a"]) >= 10, "members see them"
    assert any(shown.reference in text for text in responses["u"].values())


def test_search_finds_notes_for_agents_but_not_for_customers(world: World) -> None:
    number = str(world.values["number"])
    found = {
        person: read(world.sign_in(person).get(f"/rocket/{path}", {"q": NOTE_WORD}))
        for person, path in (("a", "agent/"), ("c", "portal/requests/"), ("m", "portal/requests/"))
    }
    assert f"tickets/{number}/" in found["a"]
    assert f"requests/{number}/" not in found["c"] + found["m"]


def test_attachments_of_notes_are_only_for_agents(world: World) -> None:
    file = world.values["note_file_id"]
    assert get_note_canary(world.rocket) in read(
        world.sign_in("a").get(f"/rocket/agent/files/{file}/")
    )
    for person in CONTACTS:
        assert world.sign_in(person).get(f"/rocket/portal/files/{file}/").status_code == 404


def test_no_email_contains_a_note(world: World) -> None:
    """Check the source of every email that a ticket causes."""
    rocket = world.rocket
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(subject="Quiet", contact=rocket.customer)
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text=get_note_canary(rocket), at=NOON)
        reply(ticket_id=ticket.pk, agent=rocket.analyst, text="A public word", at=NOON)
        assert deliver_due(desk_id=rocket.desk.pk, at=NOON)
        mails = list(OutgoingEmail.objects.filter(ticket=ticket))
        sources = [build_message(mail).message().as_string() for mail in mails]
    assert any("A public word" in source for source in sources)
    assert [source for source in sources if get_note_canary(rocket) in source.lower()] == []
    assert [source for source in sources if get_canary(world.matter) in source.lower()] == []


def test_a_desk_export_contains_only_its_own_words(world: World) -> None:
    out = io.BytesIO()
    export_desk(desk=world.rocket.desk, to=out, at=NOON)
    text = unzip(out)
    assert get_canary(world.rocket) in text
    assert get_note_canary(world.rocket) in text
    assert get_canary(world.matter) not in text


def test_a_personal_export_contains_no_note(world: World) -> None:
    out = io.BytesIO()
    export_person(desk=world.rocket.desk, contact=world.rocket.customer, to=out, at=NOON)
    text = unzip(out)
    assert get_canary(world.rocket) in text
    assert get_note_canary(world.rocket) not in text
    assert get_canary(world.matter) not in text


@pytest.mark.parametrize("kind", ["accounts", "domains", "contacts"])
def test_a_csv_file_contains_only_the_desks_own_words(world: World, kind: str) -> None:
    text = read(world.sign_in("d").post("/rocket/admin/csv/export/", {"kind": kind}))
    assert get_canary(world.rocket) in text
    assert get_canary(world.matter) not in text


def unzip(archive: io.BytesIO) -> str:
    with zipfile.ZipFile(archive) as parts:
        return "\n".join(
            name + parts.read(name).decode("utf-8", "replace") for name in parts.namelist()
        ).lower()

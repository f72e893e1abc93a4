"""Names are one line and texts hold no control characters, whichever way they come in (G6)."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.db.models import CharField, Field, Model, TextField
from django.test import Client

from accounts.models import Account, Contact
from accounts.models.fields import LineField, LinesField, clean_line, clean_lines
from tests.cast import Cast
from tickets.models import Note, Ticket

OURS = {"accounts", "tickets", "sla", "routing", "channels_intake"}
NAMES = {"name", "label", "subject", "group", "actor_name"}
TEXTS = {"body_text", "description"}
HOSTILE = "A\x00nn\r\nBcc: x\u2028\x1b[31m Lee\x9f\x7f"
CLEAN = "Ann Bcc: x [31m Lee"


def get_id(each: Any) -> str:
    return each.name if isinstance(each, Field) else each._meta.label


def list_fields(names: set[str]) -> list[tuple[type[Model], Field[Any, Any]]]:
    return [
        (model, field)
        for model in apps.get_models()
        if model._meta.app_label in OURS
        for field in model._meta.concrete_fields
        if field.name in names and isinstance(field, CharField | TextField) and not field.choices
    ]


@pytest.mark.parametrize(("model", "field"), list_fields(NAMES), ids=get_id)
def test_every_name_is_one_line(model: type[Model], field: Field[Any, Any]) -> None:
    assert isinstance(field, LineField)
    row = model(**{field.name: HOSTILE})
    assert field.pre_save(row, True) == getattr(row, field.name) == CLEAN
    assert field.to_python(HOSTILE) == CLEAN


@pytest.mark.parametrize(("model", "field"), list_fields(TEXTS), ids=get_id)
def test_every_text_has_no_control_characters(model: type[Model], field: Field[Any, Any]) -> None:
    assert isinstance(field, LinesField)
    row = model(**{field.name: "a\x00b\r\nc\td\x1be\x85f"})
    assert field.pre_save(row, True) == "ab\nc\tde\nf"


@pytest.mark.parametrize("text", ["Ann Lee", "Ann  Lee", "株式会社\u3000例", "A\u200dB", "née", ""])
def test_other_text_stays_as_it_is(text: str) -> None:
    assert clean_line(text) == clean_lines(text) == text


def test_saving_bulk_creation_and_updates_store_one_line(in_rocket: Cast) -> None:
    one = Account.objects.create(desk=in_rocket.desk, name=HOSTILE)
    assert one.name == CLEAN
    desk = in_rocket.desk
    Contact.objects.bulk_create([Contact(desk=desk, email="b@x.example", name=HOSTILE)])
    assert Contact.objects.get(email="b@x.example").name == CLEAN
    Account.objects.filter(pk=one.pk).update(name="B\nC\x00")
    one.refresh_from_db()
    assert one.name == "B C"


def test_the_api_stores_a_note_without_control_characters(in_rocket: Cast, sign_in: Any) -> None:
    client: Client = sign_in(in_rocket.analyst.user)
    ticket: Ticket = in_rocket.open_ticket()
    answer = client.post(
        f"/rocket/api/v1/tickets/{ticket.number}/notes/",
        {"text": "one\r\ntwo\t\x1b[2Jthree"},
        content_type="application/json",
    )
    assert answer.status_code == 201, answer.json()
    assert Note.objects.get(ticket=ticket).body_text == "one\ntwo\t[2Jthree"

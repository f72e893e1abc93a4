"""Erasing and exporting a person covers the contacts who were merged into them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from accounts.models import Contact, MergedContact
from channels_intake.models import InboundMessage
from helpdesk.privacy.erasure import erase_person
from helpdesk.privacy.export import export_person
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import make_mail
from tests.merging.conftest import merge
from tests.privacy.search import find_in_tables

ADDRESS, NAME = "zelda@quux.example", "Zelda Quux"
CANARIES = ["zelda", "quux", "xylophonic"]
TakeIn = Callable[..., InboundMessage]


def prepare(cast: Cast, take_in: TakeIn) -> None:
    raw = make_mail(
        f"{NAME} <{ADDRESS}>", subject="Xylophonic", text=f"Xylophonic\n{NAME}", message_id="<z@q>"
    )
    take_in(raw)
    merge(cast, Contact.objects.get(email=ADDRESS), reason=f"{NAME} called")


def test_nothing_of_the_merged_contact_is_left(in_rocket: Cast, take_in: TakeIn) -> None:
    prepare(in_rocket, take_in)
    assert find_in_tables(CANARIES)
    erase_person(desk=in_rocket.desk, contact=in_rocket.customer, by=in_rocket.admin, at=NOON)
    assert not MergedContact.objects.exists()
    assert find_in_tables(CANARIES) == []


def test_the_export_has_their_email(in_rocket: Cast, take_in: TakeIn) -> None:
    prepare(in_rocket, take_in)
    target = io.BytesIO()
    export_person(desk=in_rocket.desk, contact=in_rocket.customer, to=target, at=NOON)
    archive = zipfile.ZipFile(target)
    assert ADDRESS in archive.read("merged_contacts.jsonl").decode()
    assert any(name.startswith("mails/") for name in archive.namelist())

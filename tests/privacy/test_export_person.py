"""Export of a person's data as one archive, without anyone else's data (GDPR)."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.core.management import call_command

from accounts.models import AuditEntry, Contact
from accounts.tenancy import desk_scope
from helpdesk.privacy.export import export_person
from tests.cast import NOON, Cast
from tests.privacy.conftest import ADDRESS, NAME, WORD, Planted
from tickets.models import FormField, Ticket


def export(cast: Cast, contact: Contact) -> zipfile.ZipFile:
    target = io.BytesIO()
    export_person(desk=cast.desk, contact=contact, to=target, at=NOON, by=cast.admin.user)
    return zipfile.ZipFile(target)


def rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in archive.read(f"{name}.jsonl").splitlines()]


def test_all_that_is_theirs_is_in_it(planted: Planted) -> None:
    archive = export(planted.cast, planted.contact)
    assert [(row["email"], row["name"]) for row in rows(archive, "contact")] == [(ADDRESS, NAME)]
    assert [row["id"] for row in rows(archive, "tickets")] == [
        planted.ticket.pk,
        planted.portal_ticket.pk,
    ]
    assert len(rows(archive, "messages")) == 4
    assert [row["ticket_id"] for row in rows(archive, "participations")] == [
        planted.others_ticket.pk
    ]
    assert {row["to_address"] for row in rows(archive, "mails_sent_to_them")} == {ADDRESS}
    assert rows(archive, "login")[0]["email"] == ADDRESS
    names = archive.namelist()
    assert sorted(Path(n).name for n in names if n.startswith("files/")) == [
        f"{WORD}.pdf",
        f"{WORD}.png",
    ]
    [mail] = [name for name in names if name.startswith("mails/")]
    assert WORD.encode() in archive.read(mail)


def test_notes_and_the_words_of_others_are_not(planted: Planted) -> None:
    archive = export(planted.cast, planted.contact)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"is in a hurry" not in everything
    assert b"I agree." not in everything
    assert planted.user.password.encode() not in everything


def test_fields_that_only_agents_see_are_not(planted: Planted) -> None:
    desk = planted.cast.desk
    with desk_scope(desk):
        FormField.objects.create(desk=desk, key="site", label="Site")
        FormField.objects.create(desk=desk, key="risk", label="Risk", is_asked=False)
        values = {"site": "Oslo", "risk": "may cancel"}
        Ticket.objects.filter(pk=planted.ticket.pk).update(fields=values)
        desk.refresh_from_db()
    [shown, _] = rows(export(planted.cast, planted.contact), "tickets")
    assert shown["fields"] == {"site": "Oslo"}


def test_a_stranger_gets_an_archive_without_the_canary(planted: Planted) -> None:
    archive = export(planted.cast, planted.cast.stranger)
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert WORD.encode() not in everything


def test_each_export_is_an_audit_row_without_the_persons_name(planted: Planted) -> None:
    export(planted.cast, planted.contact)
    with desk_scope(planted.cast.desk):
        entry = AuditEntry.objects.get(action="person_exported")
    assert (entry.actor, entry.target) == (
        planted.cast.admin.user.email,
        f"#{planted.contact.pk}",
    )


def test_the_command_writes_the_file(planted: Planted, tmp_path: Path) -> None:
    target = tmp_path / "person.zip"
    call_command("export_person", "rocket", ADDRESS.upper(), "--to", str(target))
    assert "manifest.json" in zipfile.ZipFile(target).namelist()

"""`manage.py import_desk` imports a file without a browser, or shows what it would do."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.imports.exports import load, pack
from tickets.models import ImportRun, ImportState, Note, Ticket


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "export.zip"
    path.write_bytes(pack(load("zendesk_export")))
    return path


def run_command(*args: object, **options: object) -> str:
    printed = io.StringIO()
    call_command("import_desk", *map(str, args), stdout=printed, **options)
    return printed.getvalue()


def count_tickets(cast: Cast) -> int:
    with desk_scope(cast.desk):
        return Ticket.objects.count()


def test_a_dry_run_shows_counts_and_a_mapping_and_imports_nothing(
    rocket: Cast, export: Path
) -> None:
    text = run_command("rocket", export, source="zendesk", dry_run=True)
    assert "ticket 2" in text
    assert "States of the source: hold (1), solved (1)." in text
    start, end = text.index("{"), text.rindex("}") + 1
    assert json.loads(text[start:end])["states"] == {"hold": "investigating", "solved": "closed"}
    assert text.endswith("Nothing was imported.\n")
    assert count_tickets(rocket) == 0
    with desk_scope(rocket.desk):
        assert ImportRun.objects.get().state == ImportState.CANCELED


def test_a_file_is_imported_with_a_mapping_and_a_second_time_changes_nothing(
    rocket: Cast, matter: Cast, export: Path, tmp_path: Path
) -> None:
    mapping = tmp_path / "mapping.json"
    mapping.write_text(json.dumps({"states": {"hold": "waiting"}, "fields": {"27642": ""}}))
    args = ["rocket", export, "--source", "zendesk", "--mapping", mapping]
    text = run_command(*args)
    assert "ticket: 2 created" in text
    with desk_scope(rocket.desk):
        assert Ticket.objects.get(subject="It burns again").status == "waiting"
        assert Note.objects.count() == 1
        assert AuditEntry.objects.get(action="import_started").actor.startswith("manage.py by ")
    assert "ticket: 2 unchanged" in run_command(*args)
    assert (count_tickets(rocket), count_tickets(matter)) == (2, 0)


def test_what_is_wrong_is_said_and_nothing_is_imported(
    rocket: Cast, export: Path, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_text('{"states": {"hold": "burning"}}')
    for args, words in [
        (["nowhere", export, "--source", "zendesk"], "no desk"),
        (["rocket", tmp_path / "absent.zip", "--source", "zendesk"], "can't be read"),
        (["rocket", export, "--source", "zoho"], "no records of this help desk"),
        (["rocket", export, "--source", "other"], "invalid choice"),
        (["rocket", export, "--source", "zendesk", "--mapping", wrong], "isn't a status"),
        (["rocket", export, "--source", "zendesk", "--mapping", export], "isn't valid JSON"),
        (["rocket", export, "--source", "zendesk", "--by", "x@y.example"], "no active agent"),
    ]:
        with pytest.raises(CommandError, match=words):
            run_command(*args)
    assert count_tickets(rocket) == 0

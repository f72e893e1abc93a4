"""The command shows, plans and applies a file as an admin of the desk."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from accounts.models import AuditEntry, Region
from accounts.tenancy import desk_scope
from tests.cast import Cast

FILE = "regions:\n  - name: EMEA\n    time_zone: Europe/Berlin\n"


def run(*words: str) -> str:
    out = StringIO()
    call_command("desk_config", *words, stdout=out, stderr=out)
    return out.getvalue()


def test_a_desk_is_shown_planned_and_changed(rocket: Cast, matter: Cast, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(FILE)
    assert "regions: “EMEA” is added" in run("plan", "rocket", str(path))
    applied = run("apply", "rocket", str(path), "--as", rocket.admin.user.email)
    assert "Applied 1 change." in applied
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get().actor == rocket.admin.name
    with desk_scope(matter.desk):
        assert not Region.objects.exists()
    shown = run("show", "rocket")
    assert "  - name: EMEA\n    time_zone: Europe/Berlin\n" in shown
    path.write_text(shown)
    assert "already matches the file" in run("plan", "rocket", str(path), "--prune")


def test_toml_is_taken_by_its_name(rocket: Cast, tmp_path: Path) -> None:
    path = tmp_path / "desk.toml"
    path.write_text('[[skills]]\nname = "Networks"\n')
    assert "skills: “Networks” is added" in run("plan", "rocket", str(path))


def test_what_is_wrong_is_said(rocket: Cast, tmp_path: Path) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text("regions: [{name: EMEA, time_zone: Mars}]\n")
    for words, problem in {
        ("show", "nowhere"): "There is no desk",
        ("show", "rocket", "x.yaml"): "none for show",
        ("plan", "rocket"): "Give a file",
        ("plan", "rocket", str(tmp_path / "none.yaml")): "can't be read",
        ("apply", "rocket", str(path)): "--as EMAIL",
        ("apply", "rocket", str(path), "--as", rocket.lead.user.email): "no active admin",
        ("plan", "rocket", str(path)): "Nothing was changed",
    }.items():
        with pytest.raises(CommandError, match=problem):
            run(*words)

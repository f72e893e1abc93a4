"""The installation's admins run the checks of `manage.py doctor` on a page; nobody else does."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import set_script_prefix

from accounts.models import User
from helpdesk.doctor import database, examination
from helpdesk.doctor.findings import Finding
from tests.cast import Cast

PAGE = "/admin/doctor/"
FINDINGS = [
    Finding("PostgreSQL", "Version 18."),
    Finding("Workers", "No worker for: <clocks>.", is_ok=False),
]


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The runs of the checks, which find FINDINGS."""
    ran: list[str] = []

    def examine() -> Any:
        ran.append("run")
        yield from FINDINGS

    monkeypatch.setattr("helpdesk.admin.doctor.examine", examine)
    return ran


def test_a_button_runs_the_checks(
    rocket: Cast, matter: Cast, sign_in: Any, runs: list[str]
) -> None:
    root = sign_in(User.objects.create_superuser("root@host.example", "x"))
    set_script_prefix("/")  # the last test's request left its desk's prefix
    assert f'href="{PAGE}"' in root.get("/admin/").content.decode()
    assert "Run checks" in root.get(PAGE).content.decode()
    assert runs == []
    page = root.post(PAGE).content.decode()
    assert runs == ["run"]
    assert "1 problem found." in page
    assert "No worker for: &lt;clocks&gt;." in page


def test_the_database_is_examined_from_the_page(
    rocket: Cast, matter: Cast, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page's own connection has neither the owner's rights nor a desk."""
    monkeypatch.setattr(examination, "CHECKS", [database.check_database])
    root = sign_in(User.objects.create_superuser("root@host.example", "x"))
    assert root.post(PAGE).context["problem_count"] == 0


def test_nobody_else_opens_the_page(
    rocket: Cast, matter: Cast, sign_in: Any, runs: list[str]
) -> None:
    for person in (rocket.admin, rocket.analyst, rocket.customer, matter.admin):
        browser = sign_in(person.user)
        for page in (PAGE, "/rocket/admin/doctor/"):
            assert browser.get(page).status_code in {302, 403, 404}
            assert browser.post(page).status_code in {302, 403, 404}
    assert Client().post(PAGE).status_code == 302
    assert runs == []

"""Scopes nest, survive failures and lost connections, and never leak on a connection."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from django.db import ProgrammingError, connection, transaction

from accounts.models import Plan
from accounts.tenancy import (
    APP_ROLE,
    NoDeskError,
    desk_scope,
    in_desk,
    no_desk_scope,
    system_scope,
)
from tests.cast import Cast

ROOT = Path(__file__).resolve().parents[2]

PACKAGES = ["accounts", "tickets", "sla", "routing", "channels_intake", "helpdesk"]

# The places that look across desks, and why.
SYSTEM_SCOPES = {
    "accounts/sweeps.py": "finds desks that have work or know a user; the work is done inside each",
    "accounts/tokens/applications.py": "deletes expired tokens of applications at every desk",
    "accounts/tokens/services.py": "ends the tokens of a person whose password changed",
    "helpdesk/live/checks.py": "checks the access of open pages of all desks in one statement",
    "helpdesk/admin/site.py": "the installation's admin sees desks, users and stray email",
    "helpdesk/files/rounds.py": "finds the desks whose files are compared inside each",
    "helpdesk/desks/erasure.py": "erases a whole desk with its append-only rows and users",
    "helpdesk/worker/workload.py": "counts the work that is due in all desks",
    "helpdesk/privacy/agents.py": "erases an agent from append-only rows, and the user",
    "helpdesk/privacy/erasure.py": "erases a person, their user, and their stray email",
    "helpdesk/privacy/redaction.py": "redacts a text from append-only rows",
    "channels_intake/incoming/store.py": "stores raw messages before its desk is known",
    "channels_intake/incoming/reading.py": "claims and reads stored email before its desk is known",
    "channels_intake/incoming/slices.py": "reads stored email of all desks in turn",
    "channels_intake/incoming/missing_files.py": "reads stored email again for lost files",
    "helpdesk/management/commands/receive_email.py": "reports how an email was processed",
    "helpdesk/management/commands/reseal_secrets.py": "encrypts the secrets of all desks",
    "helpdesk/management/commands/mail_setup.py": "lists the addresses for the mail server",
    "channels_intake/connections/sweeping.py": "finds channels with work; it is done at each desk",
    "tickets/webhooks/tasks.py": "finds webhooks that are due; they are sent inside each desk",
    "channels_intake/outgoing/outages.py": "shows outages to the installation's admins",
    "channels_intake/outgoing/tracking.py": "finds the desk of an email that a provider reports on",
}


def laid() -> tuple[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user, current_setting('helpdesk.desk', true)")
        return cursor.fetchone()


def test_scopes_nest_and_come_back(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        with system_scope("test"):
            assert laid() == ("plumbline_system", "")
        with desk_scope(matter.desk):
            assert laid() == (APP_ROLE, str(matter.desk.pk))
        assert laid() == (APP_ROLE, str(rocket.desk.pk))
    assert laid() == (APP_ROLE, "")


def test_a_scope_ends_when_its_block_raises(rocket: Cast) -> None:
    with pytest.raises(ZeroDivisionError), desk_scope(rocket.desk):
        _ = 1 / 0
    assert laid() == (APP_ROLE, "")


def test_a_scope_entered_in_a_transaction_that_failed_ends_with_it(rocket: Cast) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic(), desk_scope(rocket.desk):
        connection.cursor().execute("SELECT nonsense")
    assert laid() == (APP_ROLE, "")


@pytest.mark.django_db(transaction=True)
def test_a_connection_that_was_lost_comes_back_for_the_same_desk(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        connection.close()
        assert laid() == (APP_ROLE, str(rocket.desk.pk))
        assert Plan.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_next_user_of_a_pooled_connection_starts_without_a_desk(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        assert Plan.objects.exists()
        connection.close()
    assert laid() == (APP_ROLE, "")
    assert not Plan.objects.exists()


def test_a_desk_task_without_a_desk_is_refused() -> None:
    with pytest.raises(NoDeskError):
        in_desk(lambda *, desk_id: desk_id)(desk_id=None)


def test_a_page_without_a_desk_sees_no_rows(rocket: Cast) -> None:
    with no_desk_scope():
        assert not Plan.objects.exists()


def test_the_system_role_is_entered_in_the_listed_places_only() -> None:
    found = {
        path.relative_to(ROOT).as_posix()
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        if enters_the_system_role(path)
    }
    assert found == set(SYSTEM_SCOPES)


def enters_the_system_role(path: Path) -> bool:
    nodes = ast.walk(ast.parse(path.read_text()))
    calls = (node.func for node in nodes if isinstance(node, ast.Call))
    return any("system_scope" in (getattr(f, "id", ""), getattr(f, "attr", "")) for f in calls)

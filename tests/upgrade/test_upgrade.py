"""`manage.py migrate` on a filled database of an earlier version, while that version is at work.

Statements of the earlier version must not fail. How long they wait is measured with 100,000
tickets, also from before 0.1.0: docs/measurements/upgrade.txt.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.tenancy import APP_ROLE, SYSTEM_ROLE
from tests.upgrade.old import NAME, TICKETS, create_old_database

pytestmark = pytest.mark.django_db(transaction=True)

ANSWER = (
    "INSERT INTO tickets_message (channel, body_text, body_html, quoted_text, is_automatic,"
    " remarks, created_at, agent_id, desk_id, ticket_id)"
    " VALUES ('agent', 'While you wait.', '', '', false, '[]', now(), 1, 1, 2)"
)
WORK = {
    "read": "SELECT t.subject, m.body_text FROM tickets_ticket t JOIN tickets_message m"
    " ON m.ticket_id = t.id WHERE t.id = 1",
    "change": "UPDATE tickets_ticket SET updated_at = now(), subject = subject WHERE id = 2",
    "answer": ANSWER,
}
LIST_COLUMNS = """
SELECT string_agg(quote_ident(attname), ', ') FROM pg_attribute
WHERE attrelid = 'tickets_ticket'::regclass AND attnum > 0 AND NOT attisdropped
  AND attname NOT IN ('id', 'number')
"""


def open_tickets(params: dict[str, Any]) -> dict[str, str]:
    """Return the statement that adds tickets: like Django's, it has all columns of its version."""
    with psycopg.connect(**params) as db:
        [columns] = db.execute(LIST_COLUMNS).fetchone() or [""]
    copy = f"SELECT 1000000 + random(1, 1000000000), {columns} FROM tickets_ticket WHERE id = 3"
    return {"open": f"INSERT INTO tickets_ticket (number, {columns}) {copy}"}


class Work:
    """Statements of the earlier version, each repeated in a session of its own."""

    def __init__(self, params: dict[str, Any], statements: dict[str, str]) -> None:
        self.params, self.statements = params, statements
        self.done = threading.Event()
        self.errors: list[str] = []
        self.counts: Counter[str] = Counter()

    def repeat(self, name: str) -> None:
        with psycopg.connect(**self.params, autocommit=True) as db:
            db.execute(f"SET ROLE {APP_ROLE}")
            db.execute("SELECT set_config('helpdesk.desk', '1', false)")
            while not self.done.wait(0.01):
                try:
                    db.execute(self.statements[name].encode())
                except psycopg.Error as error:
                    self.errors.append(f"{name}: {error}")
                self.counts[name] += 1

    @contextmanager
    def at_work(self) -> Iterator[None]:
        with ThreadPoolExecutor() as sessions:
            futures = [sessions.submit(self.repeat, name) for name in self.statements]
            try:
                yield
            finally:
                self.done.set()
        for future in futures:
            future.result()


def migrate() -> None:
    """Run the command as an operator does."""
    address = urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{NAME}")
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0"],
        cwd=settings.BASE_DIR,
        env=os.environ | {"DATABASE_URL": urlunsplit(address)},
        check=True,
    )


@contextmanager
def connected_to(name: str) -> Iterator[None]:
    """Let Django use another database of the server."""

    def disconnect() -> None:
        connection.close()
        connection.close_pool()

    disconnect()
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setitem(connection.settings_dict, "NAME", name)
            yield
            disconnect()
    finally:
        disconnect()


def check_rows(params: dict[str, Any], work: Work) -> None:
    """Check that the rows from before and those that were added are there."""
    expected = {
        "tickets_message": 2 * TICKETS + work.counts["answer"],
        "tickets_ticket": TICKETS + work.counts["open"],
        "sla_clock": TICKETS,
    }
    with psycopg.connect(**params) as db:
        db.execute(f"SET ROLE {SYSTEM_ROLE}")
        found = {name: db.execute(f"SELECT count(*) FROM {name}").fetchone() for name in expected}
    assert found == {name: (count,) for name, count in expected.items()}


def check_pages() -> None:
    """Open the queue and a ticket, and write on it, as an agent."""
    browser = Client()
    browser.force_login(User.objects.get())
    queue = browser.get("/old/agent/")
    assert queue.status_code == 200
    assert b"/old/agent/tickets/10" in queue.content
    page = browser.get("/old/agent/tickets/1004/")
    assert page.status_code == 200
    assert b"Message 7" in page.content
    note = {"kind": "note", "body": "After the upgrade.", "form_token": "t"}
    assert browser.post("/old/agent/tickets/1004/answers/", note).status_code < 400
    assert b"After the upgrade." in browser.get("/old/agent/tickets/1004/").content


@pytest.mark.parametrize("dump", ["version_0_1.sql"])
def test_an_upgrade_fails_no_statement_of_the_version_at_work(dump: str) -> None:
    with create_old_database(dump) as params:
        work = Work(params, WORK | open_tickets(params))
        with work.at_work():
            migrate()
        assert Counter(work.errors) == {}
        assert all(work.counts[name] > 10 for name in work.statements), work.counts
        check_rows(params, work)
        with connected_to(NAME):
            check_pages()

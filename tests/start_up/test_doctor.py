"""`manage.py doctor` says what is wrong with what the installation connects to, and what to do."""

from __future__ import annotations

import socket
import threading
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
from django.core.management import call_command

from helpdesk.doctor import database, files, queue, site
from helpdesk.doctor import mail as outgoing
from helpdesk.doctor.findings import Finding
from helpdesk.environment.mail import SMTP_BACKEND
from helpdesk.worker.beat import LAST_BEAT
from tests.start_up.test_settings import run_manage
from tickets.queueing import Queue, get_client


def problems_of(findings: Any) -> str:
    return "\n".join(f"{found.subject}: {found.text}" for found in findings if not found.is_ok)


@pytest.mark.django_db
def test_a_sound_database_has_no_problem() -> None:
    findings = list(database.check_database())
    assert problems_of(findings) == ""
    assert len(findings) == 7


@pytest.mark.django_db
def test_what_is_wrong_with_a_database_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "OLDEST_VERSION", 99)
    monkeypatch.setattr(database, "APP_ROLE", "plumbline_nobody")
    monkeypatch.setattr(database, "MAX_CLOCK_SKEW", -1)
    found = problems_of(database.check_database())
    assert "is too old. Plumbline needs 99 or newer" in found
    assert "may not switch to plumbline_nobody" in found
    assert "set up time synchronization" in found


def test_a_wrong_password_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> None:
        raise psycopg.OperationalError('FATAL:  password authentication failed for user "x"')

    monkeypatch.setattr(database, "connect", refuse)
    assert problems_of(database.check_database()) == (
        "PostgreSQL: PostgreSQL refuses the password. Correct user and password in DATABASE_URL."
    )


def test_commands_say_why_there_is_no_database() -> None:
    done = run_manage("migrate", DATABASE_URL="postgresql://a:hush@127.0.0.1:9/plumbline")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("Check DATABASE_URL and the server.")
    assert "Cannot connect to PostgreSQL: " in done.stderr
    assert "Traceback" not in done.stderr
    assert "hush" not in done.stderr


class Pooled:
    """A connection behind a pooler, which gives each statement the next of its sessions."""

    def __init__(self, sessions: list[tuple[int, str]]) -> None:
        self.sessions = iter(sessions)
        self.info = SimpleNamespace(backend_pid=7)

    def execute(self, query: str, parameters: Any = None) -> Any:
        found = next(self.sessions) if "pg_backend_pid" in query else None
        return SimpleNamespace(fetchone=lambda: found)


@pytest.mark.django_db
def test_a_pooler_of_transactions_is_refused_and_one_of_sessions_is_not() -> None:
    changing = Pooled([(1, ""), (1, "0"), (2, "")])
    assert "pool_mode = session" in problems_of([database.check_pooler(changing)])  # type: ignore[arg-type]
    values = [(1, number) for number in "001122"]
    assert database.check_pooler(Pooled([(1, ""), *values])).is_ok  # type: ignore[arg-type]


def test_web_refuses_a_pooler_of_transactions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database.refuse_transaction_pooler()  # PostgreSQL itself
    bad = Finding("Connection pooler", "It pools transactions.", is_ok=False)
    monkeypatch.setattr(database, "check_pooler", lambda direct: bad)
    with pytest.raises(SystemExit, match="cannot start: It pools transactions"):
        database.refuse_transaction_pooler()
    monkeypatch.setattr(database, "explain_failure", lambda: "PostgreSQL refuses the password.")
    database.refuse_transaction_pooler()  # goes on


def test_valkey_without_scheduler_and_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    get_client().delete(LAST_BEAT)
    monkeypatch.setattr(queue, "REPLY_SECONDS", 0.1)
    found = problems_of(queue.check_queue())
    assert "Scheduler (beat): Not running" in found
    assert "No worker for: " + ", ".join(Queue) in found
    get_client().set(LAST_BEAT, time.time(), ex=60)
    assert "Scheduler" not in problems_of(queue.check_queue())


def test_valkey_away(settings: Any) -> None:
    settings.REDIS_URL = "redis://:hush@127.0.0.1:9/0"
    [found] = queue.check_queue()
    assert "Check REDIS_URL and the server" in found.text
    assert "hush" not in found.text


def test_a_mail_server_that_is_away(settings: Any) -> None:
    settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = SMTP_BACKEND, "127.0.0.1", 9
    assert "127.0.0.1:9 cannot be used" in problems_of(outgoing.check_mail())


@pytest.mark.django_db
def test_files_are_written_and_missing_ones_named(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT, settings.STATIC_ROOT = tmp_path / "files", tmp_path / "static"
    found = list(files.check_files())
    assert "Run `manage.py collectstatic`" in problems_of(found)
    assert found[0].is_ok
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]
    settings.MEDIA_ROOT = Path(__file__)
    assert "cannot be used" in problems_of(files.check_files())


def test_an_address_that_does_not_respond(settings: Any) -> None:
    settings.SITE_URL = "http://127.0.0.1:9"
    assert "http://127.0.0.1:9 does not respond" in problems_of(site.check_site())


def test_an_address_that_speaks_no_http(settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        settings.SITE_URL = f"http://127.0.0.1:{server.getsockname()[1]}"

        def greet() -> None:
            connection, _ = server.accept()
            with connection:
                connection.sendall(b"SSH-2.0-OpenSSH\r\n")
                while connection.recv(1000):
                    pass

        threading.Thread(target=greet, daemon=True).start()
        assert "does not respond: SSH-2.0" in problems_of(site.check_site())


def test_the_command_ends_with_1_on_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    examine = "helpdesk.management.commands.doctor.examine"
    monkeypatch.setattr(examine, lambda: iter([Finding("Files", "Fine.")]))
    out = StringIO()
    call_command("doctor", stdout=out, no_color=True)
    assert out.getvalue() == "OK       Files: Fine.\n"
    bad = [Finding("Files", "Fine."), Finding("Clocks", "Set them.", is_ok=False)]
    monkeypatch.setattr(examine, lambda: iter(bad))
    with pytest.raises(SystemExit) as end:
        call_command("doctor", stdout=out, no_color=True)
    assert end.value.code == 1
    assert "PROBLEM  Clocks: Set them.\n" in out.getvalue()

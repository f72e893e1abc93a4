"""PostgreSQL: reachable, new enough, with the roles, without a transaction pooler, migrated."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import psycopg
import structlog
from django.db import connection
from django.utils.translation import gettext as _

from accounts.tenancy import APP_ROLE, SYSTEM_ROLE
from helpdesk.doctor.findings import Finding, read_reason, report_problem
from helpdesk.health.checks import list_migrations

OLDEST_VERSION = 18  # that the tests have run on
CONNECT_SECONDS = 5
OF_DJANGO = {"client_encoding", "context", "cursor_factory", "prepare_threshold"}
MAX_CLOCK_SKEW = 5  # seconds
ROUNDS = 3
DATABASE = "PostgreSQL"

log = structlog.get_logger(__name__)


def connect() -> psycopg.Connection[Any]:
    """Connect without the pool, which hides why a connection can't be made."""
    given = connection.get_connection_params()
    wanted = {name: value for name, value in given.items() if value and name not in OF_DJANGO}
    return psycopg.connect(**wanted | {"connect_timeout": CONNECT_SECONDS}, autocommit=True)


def explain_failure() -> str:
    """Return why the database can't be connected to, in a sentence, or "" if it can."""
    try:
        connect().close()
    except psycopg.OperationalError as error:
        reason = read_reason(error)
        if "password authentication failed" in reason:
            return _("PostgreSQL refuses the password. Correct user and password in DATABASE_URL.")
        text = _("Cannot connect to PostgreSQL: %(reason)s Check DATABASE_URL and the server.")
        return text % {"reason": _end_sentence(reason)}
    return ""


def refuse_transaction_pooler() -> None:
    """End a process that would serve pages through a pooler of transactions.

    Without any connection the process goes on: the database may be back soon. The log says why.
    """
    if reason := explain_failure():
        log.error("database_unavailable", reason=reason)
        return
    with connect() as direct:
        finding = check_pooler(direct)
    if not finding.is_ok:
        sys.exit(f"Plumbline cannot start: {finding.text}")


def _end_sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!")) else f"{text}."


def check_database() -> Iterator[Finding]:
    """Check the server, the roles and the tables. Ends early if there is no connection."""
    if reason := explain_failure():
        yield report_problem(DATABASE, reason)
        return
    with connect() as direct:
        yield _check_version(direct)
        yield _check_encoding(direct)
        yield check_locale(direct)
        yield _check_roles(direct)
        yield _check_clock(direct)
        yield check_pooler(direct)
        yield _check_migrations(direct)


def _check_version(direct: psycopg.Connection[Any]) -> Finding:
    version = direct.info.server_version // 10_000
    if version < OLDEST_VERSION:
        text = _("PostgreSQL %(version)s is too old. Plumbline needs %(oldest)s or newer.")
        return report_problem(DATABASE, text % {"version": version, "oldest": OLDEST_VERSION})
    return Finding(DATABASE, _("Version %(version)s.") % {"version": version})


def _check_encoding(direct: psycopg.Connection[Any]) -> Finding:
    subject = _("Database encoding")
    [encoding] = _read(direct, "SELECT current_setting('server_encoding')")
    if encoding != "UTF8":
        text = _("The database is in %(encoding)s. Create it with ENCODING 'UTF8' instead.")
        return report_problem(subject, text % {"encoding": encoding})
    return Finding(subject, "UTF8")


def check_locale(direct: psycopg.Connection[Any]) -> Finding:
    """Find a locale whose order has changed under the indexes, as with a new operating system."""
    subject = _("Database locale")
    name, known, actual = _read(
        direct,
        "SELECT coalesce(datlocale, datcollate), datcollversion,"
        " pg_database_collation_actual_version(oid) FROM pg_database"
        " WHERE datname = current_database()",
    )
    if known != actual:
        text = _(
            "The operating system sorts text of the locale %(name)s differently than when the"
            " indexes were built (%(known)s, now %(actual)s), so rows may not be found. Run REINDEX"
            " DATABASE, then ALTER DATABASE … REFRESH COLLATION VERSION."
        )
        return report_problem(subject, text % {"name": name, "known": known, "actual": actual})
    return Finding(subject, name)


def _check_roles(direct: psycopg.Connection[Any]) -> Finding:
    subject = _("Database roles")
    found = direct.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)"
        " AND pg_has_role(current_user, oid, 'SET')",
        [[APP_ROLE, SYSTEM_ROLE]],
    ).fetchall()
    missing = sorted({APP_ROLE, SYSTEM_ROLE} - {name for (name,) in found})
    if missing:
        text = _(
            "The role of DATABASE_URL may not switch to %(roles)s. Run `manage.py migrate`, or as"
            " an administrator: CREATE ROLE … NOLOGIN and GRANT it."
        )
        return report_problem(subject, text % {"roles": ", ".join(missing)})
    return Finding(subject, f"{APP_ROLE}, {SYSTEM_ROLE}")


def _check_clock(direct: psycopg.Connection[Any]) -> Finding:
    subject = _("Clocks")
    [now] = _read(direct, "SELECT clock_timestamp()")
    seconds = abs((datetime.now(UTC) - now).total_seconds())
    if seconds > MAX_CLOCK_SKEW:
        text = _(
            "The clocks of this computer and of PostgreSQL differ by %(seconds)d seconds. SLA times"
            " depend on both: set up time synchronization (NTP)."
        )
        return report_problem(subject, text % {"seconds": seconds})
    return Finding(subject, _("This computer and PostgreSQL agree."))


def check_pooler(direct: psycopg.Connection[Any]) -> Finding:
    """Find a pooler that gives each transaction another session: role and desk would be lost.

    A second connection occupies the session that the first one has just set a value in.
    """
    subject = _("Connection pooler")
    session, _value = _read_session(direct)
    if session == direct.info.backend_pid:  # the server itself told its process ID
        return Finding(subject, _("None between Plumbline and PostgreSQL."))
    for number in range(ROUNDS):
        direct.execute("SELECT set_config('helpdesk.doctor', %s, false)", [str(number)])
        session, _value = _read_session(direct)
        with connect() as other, other.transaction():
            other.execute("SELECT 1")
            if _read_session(direct) != (session, str(number)):
                text = _(
                    "A connection pooler pools transactions, so pages would fail or be empty. Set"
                    " it to pool sessions (pool_mode = session), or name PostgreSQL itself in"
                    " DATABASE_URL."
                )
                return report_problem(subject, text)
    return Finding(subject, _("Pools sessions."))


def _read_session(direct: psycopg.Connection[Any]) -> tuple[int, str | None]:
    query = "SELECT pg_backend_pid(), current_setting('helpdesk.doctor', true)"
    session, value = _read(direct, query)
    return session, value


def _read(direct: psycopg.Connection[Any], query: Any) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = direct.execute(query).fetchone()
    return row or ()


def _check_migrations(direct: psycopg.Connection[Any]) -> Finding:
    subject = _("Migrations")
    applied: set[tuple[str, str]] = set()
    if _read(direct, "SELECT to_regclass('django_migrations') IS NOT NULL")[0]:
        applied.update(direct.execute("SELECT app, name FROM django_migrations").fetchall())
    missing = list_migrations() - applied
    if missing:
        text = _("Not applied: %(count)d. Run `manage.py migrate`.")
        return report_problem(subject, text % {"count": len(missing)})
    return Finding(subject, _("All applied."))

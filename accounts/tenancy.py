"""The tenant wall: which role and which desk the database connection works for.

Three roles stand behind one login:

* the owner (the login itself) owns the tables and runs migrations;
* ``plumbline_app`` owns nothing, is neither superuser nor BYPASSRLS, and sees the rows of one desk only;
* ``plumbline_system`` sees the rows of all desks, for sweeps, opened by name with ``system_scope``.

A scope is kept in a context variable and laid on the connection at once when it is open, or when it opens:
a connection fresh from the pool, or back after a loss, always gets the role and desk of the code that runs.
Without a desk every walled table reads as empty and refuses writes (architecture.md, "Tenancy").
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from accounts.models import Desk

APP_ROLE = "plumbline_app"
SYSTEM_ROLE = "plumbline_system"
OWNER_ROLE = "none"  # what PostgreSQL calls "the role that logged in"
DESK_SETTING = "helpdesk.desk"

P = ParamSpec("P")
R = TypeVar("R")


class NoDeskError(RuntimeError):
    """Code that works for one desk was called outside of every desk."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Whom the connection works for: a PostgreSQL role and, for the application's role, a desk."""

    role: str
    desk_id: int | None = None
    reason: str = ""


NOWHERE = Scope(APP_ROLE)
_scope: ContextVar[Scope] = ContextVar("plumbline_scope", default=NOWHERE)


def current_desk_id() -> int:
    """The id of the desk that the running code works for; NoDeskError outside of one."""
    desk_id = _scope.get().desk_id
    if desk_id is None:
        raise NoDeskError("No desk is entered here; wrap the call in desk_scope(desk).")
    return desk_id


def _lay(on: BaseDatabaseWrapper, scope: Scope) -> None:
    desk = "" if scope.desk_id is None else str(scope.desk_id)
    with on.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, false), set_config(%s, %s, false)",
            [scope.role, DESK_SETTING, desk],
        )


def _is_settable(on: BaseDatabaseWrapper) -> bool:
    # In a failed transaction nothing can be set, nor need be: the rollback restores what stood before it.
    # A closed connection is laid when it opens.
    raw = on.connection
    return (
        raw is not None
        and not raw.closed
        and raw.info.transaction_status != TransactionStatus.INERROR
    )


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    before = _scope.get()
    token = _scope.set(scope)
    try:
        if _is_settable(connection):
            _lay(connection, scope)
        yield
    finally:
        _scope.reset(token)
        if _is_settable(connection):
            _lay(connection, before)


@contextmanager
def desk_scope(desk: Desk | int) -> Iterator[None]:
    """Work for one desk: only its rows are seen and may be written until the block ends.

    Takes a Desk or its id. May be nested; the outer scope comes back.
    """
    desk_id = desk if isinstance(desk, int) else desk.pk
    with _entered(Scope(APP_ROLE, desk_id)):
        yield


@contextmanager
def no_desk_scope() -> Iterator[None]:
    """Work for no desk: walled tables read as empty."""
    with _entered(Scope(APP_ROLE)):
        yield


@contextmanager
def system_scope(reason: str) -> Iterator[None]:
    """See the rows of all desks, for a sweep or a look-up before the desk is known.

    Takes the reason, in words. Every place that calls this is listed in tests/wall/test_scopes.py.
    """
    with _entered(Scope(SYSTEM_ROLE, reason=reason)):
        yield


@contextmanager
def owner_scope() -> Iterator[None]:
    """Work as the owner of the tables: migrations and the flush of a test database, nothing else."""
    with _entered(Scope(OWNER_ROLE)):
        try:
            yield
        finally:
            if not connection.in_atomic_block:
                connection.close()  # before the first migration there is no role to go back to; opening lays it


def apply_scope_on_new_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Receiver of connection_created: role and desk are laid on a connection before its first query."""
    if connection.alias == DEFAULT_DB_ALIAS:
        _lay(connection, _scope.get())


def release_connection() -> None:
    """Give the connection back to the pool before the desk is left: whoever takes it lays a scope on it first
    (apply_scope_on_new_connection), so leaving need not, and a slow client or a stream holds none meanwhile.
    """
    if not connection.in_atomic_block:
        connection.close()


def guard_connections() -> None:
    """Called once when the apps are ready."""
    connection_created.connect(apply_scope_on_new_connection, dispatch_uid="plumbline.tenancy")


def in_desk(work: Callable[P, R]) -> Callable[P, R]:
    """Decorator of a task: enters the desk named by its keyword argument ``desk_id``."""

    @wraps(work)
    def entered(*args: P.args, **kwargs: P.kwargs) -> R:
        desk_id = kwargs["desk_id"]
        if not isinstance(desk_id, int):
            raise NoDeskError("A desk task takes desk_id, a whole number, by keyword.")
        with desk_scope(desk_id):
            return work(*args, **kwargs)

    return entered

"""The wall between desks: the role and the desk that the database connection works for.

Three PostgreSQL roles are used over one database login:

* the owner (the login itself) owns the tables and runs migrations; * ``plumbline_app`` owns
nothing, isn't a superuser, has no BYPASSRLS, and sees one desk's rows; * ``plumbline_system`` sees
the rows of all desks, for sweeps; see ``system_scope``.

A scope is kept in a context variable and applied to the connection when it is entered (to the
replica's, too), and whenever a connection opens, so that one from the pool or one after a loss
always has the role and desk of the running code. Without a desk, every table behind the wall reads
as empty and refuses writes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

import psycopg
from django.conf import settings
from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.signals import connection_created
from psycopg.pq import TransactionStatus

if TYPE_CHECKING:
    from accounts.models import Desk

APP_ROLE = "plumbline_app"
SYSTEM_ROLE = "plumbline_system"
OWNER_ROLE = "none"  # what PostgreSQL calls "the role that logged in"
DESK_SETTING = "helpdesk.desk"
CANCEL_SECONDS = 5

P = ParamSpec("P")
R = TypeVar("R")


class NoDeskError(RuntimeError):
    """Raised when a task of one desk is called without a desk."""


@dataclass(frozen=True, slots=True)
class Scope:
    """A PostgreSQL role and, for the application's role, a desk.

    reason: why the system role is used, for readers of the code.
    """

    role: str
    desk_id: int | None = None
    reason: str = ""


NOWHERE = Scope(APP_ROLE)
_scope: ContextVar[Scope] = ContextVar("plumbline_scope", default=NOWHERE)


def _apply(on: BaseDatabaseWrapper, scope: Scope) -> None:
    desk = "" if scope.desk_id is None else str(scope.desk_id)
    with on.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('role', %s, false), set_config(%s, %s, false)",
            [scope.role, DESK_SETTING, desk],
        )


def _is_settable(on: BaseDatabaseWrapper) -> bool:
    # A failed transaction accepts no statements; its rollback restores the previous settings.
    # A closed connection gets its scope when it opens.
    raw = on.connection
    return (
        raw is not None
        and not raw.closed
        and not on.needs_rollback
        and raw.info.transaction_status != TransactionStatus.INERROR
    )


def _drop_if_interrupted(on: BaseDatabaseWrapper) -> None:
    """Close a connection whose statement was interrupted, such as by a task's time limit.

    It takes no other statement, not even a rollback. Without a client, PostgreSQL would continue
    the statement and keep its locks, so it is cancelled first.
    """
    raw = on.connection
    if raw is None or raw.closed or raw.info.transaction_status != TransactionStatus.ACTIVE:
        return
    with suppress(psycopg.Error):
        raw.cancel_safe(timeout=CANCEL_SECONDS)
    on.close()


@contextmanager
def _entered(scope: Scope) -> Iterator[None]:
    before = _scope.get()
    token = _scope.set(scope)
    is_same = (before.role, before.desk_id) == (scope.role, scope.desk_id)
    try:
        if not is_same:
            _apply_to_all(scope)
        yield
    except BaseException:
        for on in _list_open():
            _drop_if_interrupted(on)
        raise
    finally:
        _scope.reset(token)
        if not is_same:
            _apply_to_all(before)


def _apply_to_all(scope: Scope) -> None:
    for on in _list_open():
        if _is_settable(on):
            _apply(on, scope)


def _list_open() -> Sequence[BaseDatabaseWrapper]:
    """Return this thread's connections to the primary and to the replica, if there is one."""
    return connections.all(initialized_only=True)


@contextmanager
def desk_scope(desk: Desk | int) -> Iterator[None]:
    """Work for one desk: only its rows can be read and written in the block.

    Scopes nest; the outer one is restored at the end.
    """
    desk_id = desk if isinstance(desk, int) else desk.pk
    with _entered(Scope(APP_ROLE, desk_id)):
        yield


def get_entered_desk() -> int | None:
    """Return the ID of the desk whose scope the code is running in, or None."""
    return _scope.get().desk_id


def is_entered(desk_id: int) -> bool:
    """Return True if the code is running within this desk's scope."""
    return _scope.get().desk_id == desk_id


@contextmanager
def no_desk_scope() -> Iterator[None]:
    """Work outside of all desks: tables behind the wall read as empty."""
    with _entered(Scope(APP_ROLE)):
        yield


@contextmanager
def system_scope(reason: str) -> Iterator[None]:
    """See the rows of all desks, for a sweep or a lookup before the desk is known.

    Every module that calls this is listed with its reason in tests/wall/test_scopes.py.
    """
    with _entered(Scope(SYSTEM_ROLE, reason=reason)):
        yield


@contextmanager
def owner_scope() -> Iterator[None]:
    """Run as the owner of the tables.

    Only for migrations, the partitions of tickets/deliveries/archive.py and the flush of a test
    database.
    """
    with _entered(Scope(OWNER_ROLE)):
        try:
            yield
        finally:
            if not connection.in_atomic_block:
                # Before the first migration there is no role to restore; opening applies it.
                connection.close()


def apply_scope_on_new_connection(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Set role and desk of a new connection before its first query (connection_created)."""
    if connection.alias in settings.DATABASES:
        _apply(connection, _scope.get())


def release_connection() -> None:
    """Return the connection to the pool early, so that a slow client or a stream doesn't hold it.

    The next user applies its own scope first.
    """
    if not connection.in_atomic_block:
        connection.close()


def guard_connections() -> None:
    """Apply the scope to every new connection from now on. Called once, when the apps are ready."""
    connection_created.connect(apply_scope_on_new_connection, dispatch_uid="plumbline.tenancy")


def in_desk(work: Callable[P, R]) -> Callable[P, R]:
    """Run a task inside the desk of its keyword argument ``desk_id``. Raises NoDeskError."""

    @wraps(work)
    def entered(*args: P.args, **kwargs: P.kwargs) -> R:
        desk_id = kwargs["desk_id"]
        if not isinstance(desk_id, int):
            raise NoDeskError("A task of a desk takes desk_id, an integer, by keyword.")
        with desk_scope(desk_id):
            return work(*args, **kwargs)

    return entered

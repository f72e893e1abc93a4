"""Errors of the database that pass: it is away, or this process has no connection free."""

from __future__ import annotations

import structlog
from django.db import Error, connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from psycopg_pool import PoolTimeout, TooManyRequests

log = structlog.get_logger(__name__)

PING_SECONDS = 2


def is_pool_exhausted(error: BaseException) -> bool:
    """Return True if this process waited in vain for one of its own connections.

    The pool raises the same error while the server is away, so the server is asked.
    """
    return isinstance(error.__cause__, PoolTimeout | TooManyRequests) and _is_server_there()


def log_database_error(error: Error, *, during: str) -> bool:
    """Log which of the two it is, under a name of its own. Return True for an exhausted pool."""
    is_exhausted = is_pool_exhausted(error)
    name = "database_pool_exhausted" if is_exhausted else "database_unavailable"
    log.warning(name, during=during, error=str(error))
    return is_exhausted


def _is_server_there() -> bool:
    params = connection.get_connection_params()
    address = {name: params[name] for name in ("host", "port") if params.get(name)}
    conninfo = make_conninfo("", connect_timeout=PING_SECONDS, **address)
    return PGconn.ping(conninfo.encode()) == Ping.OK

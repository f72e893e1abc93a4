"""Temporary database errors: the server is unavailable, or the connection pool is exhausted."""

from __future__ import annotations

import structlog
from django.db import Error, connection
from psycopg.conninfo import make_conninfo
from psycopg.pq import PGconn, Ping
from psycopg_pool import PoolTimeout, TooManyRequests

log = structlog.get_logger(__name__)

PING_SECONDS = 2


def is_pool_exhausted(error: BaseException) -> bool:
    """Return True if the pool of this process had no free connection in time.

    The pool raises the same error if the server is unavailable, so this connects to find out.
    """
    return isinstance(error.__cause__, PoolTimeout | TooManyRequests) and _is_server_there()


def log_database_error(error: Error, *, during: str) -> bool:
    """Log the error by its cause. Return True if the pool is exhausted."""
    is_exhausted = is_pool_exhausted(error)
    name = "database_pool_exhausted" if is_exhausted else "database_unavailable"
    log.warning(name, during=during, error=str(error))
    return is_exhausted


def _is_server_there() -> bool:
    params = connection.get_connection_params()
    address = {name: params[name] for name in ("host", "port") if params.get(name)}
    conninfo = make_conninfo("", connect_timeout=PING_SECONDS, **address)
    return PGconn.ping(conninfo.encode()) == Ping.OK

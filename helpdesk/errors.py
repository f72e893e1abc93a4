"""Handler of server errors."""

import errno
import sys
from http import HTTPStatus

import psycopg
import structlog
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.defaults import server_error

from helpdesk.shared.http.refusals import build_refusal
from tickets.attachments.storage import NotStoredError

RETRY_AFTER = "5"  # seconds
RETRY_WITHOUT_ROOM = "120"  # seconds
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS}

log = structlog.get_logger(__name__)


def show_server_error(request: HttpRequest) -> HttpResponse:
    """Return 500, or another status if the sender should try again later.

    503 while the database is unavailable, and 507 while a disk is full or read-only: email
    providers repeat both.
    """
    error = sys.exc_info()[1]
    if lacks_room(error):
        return refuse_without_room(request, error)
    if isinstance(error, OperationalError | InterfaceError):
        response = server_error(request)
        response.status_code = 503
        response["Retry-After"] = RETRY_AFTER
        return response
    return server_error(request)


def lacks_room(error: BaseException | None) -> bool:
    """Return True if a disk is full or read-only: this server's, the storage's or PostgreSQL's."""
    if isinstance(error, NotStoredError):
        return True
    if isinstance(error, OSError):
        return error.errno in NO_ROOM
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    return isinstance(cause, psycopg.errors.DiskFull)


def refuse_without_room(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """Return 507 with a sentence for the sender. The log has the reason for the operator."""
    log.error("no_room", reason=str(error))
    text = _(
        "The server can't save anything right now, so nothing was sent. Go back, copy your text,"
        " and try again later. Tell an admin if this keeps happening."
    )
    response = build_refusal(request, HTTPStatus.INSUFFICIENT_STORAGE, text)
    response["Retry-After"] = RETRY_WITHOUT_ROOM
    return response

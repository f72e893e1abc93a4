"""Handler of server errors."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.views.defaults import server_error

RETRY_AFTER = "5"  # seconds


def show_server_error(request: HttpRequest) -> HttpResponse:
    """Return 500, or 503 while the database is unavailable, so that email providers try again."""
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError):
        response = server_error(request)
        response.status_code = 503
        response["Retry-After"] = RETRY_AFTER
        return response
    return server_error(request)

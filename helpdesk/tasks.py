"""The installation's part of the timetable: what has expired goes."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import connection


@shared_task
def forget_expired() -> int:
    """Take away sessions, and counters of rate limits, whose time is over; gives how many counters."""
    call_command("clearsessions")
    table = connection.ops.quote_name(settings.CACHES["default"]["LOCATION"])
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table} WHERE expires < now()")  # noqa: S608 (a setting's name, quoted)
        return cursor.rowcount

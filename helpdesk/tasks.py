"""The installation's part of the timetable: what has expired goes."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql


@shared_task
def forget_expired() -> int:
    """Take away sessions, and counters of rate limits, whose time is over; gives how many counters."""
    call_command("clearsessions")
    table = sql.Identifier(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE expires < now()").format(table))
        return cursor.rowcount

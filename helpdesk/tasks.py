"""Periodic tasks of the installation itself: delete what has expired."""

from __future__ import annotations

from celery import shared_task
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg import sql


@shared_task
def delete_expired() -> int:
    """Delete expired sessions and rate limit counters. Return the number of counters."""
    call_command("clearsessions")
    table = sql.Identifier(str(settings.CACHES["default"]["LOCATION"]))
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("DELETE FROM {} WHERE expires < now()").format(table))
        return cursor.rowcount

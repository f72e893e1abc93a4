"""Notifications of changes by the CRM: open and renew the channel, and check its calls."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from accounts.crm.mapping import ACCOUNTS, CONTACTS
from accounts.crm.reasons import CrmReason, nest_problem
from accounts.crm.source import CrmBusyError, CrmRefusedError
from accounts.crm.zoho import ZohoSource
from accounts.logins.sealing import UnsealError, seal
from accounts.models import ConnectionState, CrmConnection
from accounts.sentences import Problem

CHANNEL_LIFE = timedelta(days=6)  # Zoho allows a week
RENEW_BEFORE = timedelta(days=1)


def renew_channel(*, connection: CrmConnection, at: datetime) -> bool:
    """Open or renew a connection's channel if it ends soon. Return True if it did.

    An error is stored on the connection, and the next pull tries again. Pulls find every change
    without the channel too, only later.
    """
    if not connection.notify_url or (
        connection.channel_until and connection.channel_until - at > RENEW_BEFORE
    ):
        return False
    is_new = not connection.channel_until or connection.channel_until <= at
    if not connection.channel_id:
        connection.channel_id = str(secrets.randbelow(9 * 10**17) + 10**17)
        connection.sealed_channel_token = seal(secrets.token_urlsafe(32))
        connection.save(update_fields=["channel_id", "sealed_channel_token"])
    try:
        with ZohoSource(connection, at) as source:
            source.watch([ACCOUNTS, CONTACTS], at + CHANNEL_LIFE, is_new=is_new)
    except (CrmBusyError, CrmRefusedError) as error:
        why = Problem(CrmReason.CHANNEL_FAILED, {"error": nest_problem(error.problem)})
        connection.set_error(why)
        connection.save(update_fields=["error", "error_data"])
        return False
    connection.channel_until = at + CHANNEL_LIFE
    connection.save(update_fields=["channel_until"])
    return True


def find_channel(*, desk_id: int, channel_id: str, token: str) -> CrmConnection | None:
    """Return the desk's connection for a notification, or None for an unknown channel or token."""
    if not (channel_id.isascii() and channel_id.isdecimal() and token.isascii()):
        return None
    connection = CrmConnection.objects.filter(
        desk_id=desk_id, channel_id=channel_id, state=ConnectionState.ACTIVE
    ).first()
    try:
        known = connection.channel_token if connection else ""
    except UnsealError:
        known = ""
    return connection if constant_time_compare(token, known) and known else None

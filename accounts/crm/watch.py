"""Being told by the CRM at once: the channel is opened, renewed before it ends, and its calls are checked."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from accounts.crm.mapping import ACCOUNTS, CONTACTS, CrmBusyError, CrmRefusedError
from accounts.crm.zoho import ZohoSource
from accounts.logins.sealing import UnsealError, seal
from accounts.models import ConnectionState, CrmConnection

CHANNEL_LIFE = timedelta(days=6)  # of a week at most
RENEW_BEFORE = timedelta(days=1)


def renew_channel(*, connection: CrmConnection, at: datetime) -> bool:
    """Open or renew the connection's channel if it wants one and the old one ends soon; tells whether it did.

    What goes wrong is written on the connection and tried again with the next pull: the pull itself finds
    every change all the same, only later.
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
        connection.error = f"Changes are not told at once: {error}"
        connection.save(update_fields=["error"])
        return False
    connection.channel_until = at + CHANNEL_LIFE
    connection.save(update_fields=["channel_until"])
    return True


def find_channel(*, desk_id: int, channel_id: str, token: str) -> CrmConnection | None:
    """The desk's connection that a notification belongs to, or None: no such channel, or not its token."""
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

"""Who is connected to the hotline, as the phone system said at the last poll (M55)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime

from channels_intake.models import Connection, ConnectionKind
from channels_intake.telephone.staff import CONNECTED, CONNECTED_AT, find_address

FRESH = timedelta(minutes=10)  # older states say nothing about now


def read_connected(desk_id: int, *, at: datetime) -> dict[str, bool]:
    """Return whether agents are connected to a hotline, by their email addresses.

    Only of agents whom a phone system knows: nobody else is expected there. Empty while no state is
    known, such as when the vendor is down.
    """
    hotlines = Connection.objects.filter(
        desk_id=desk_id, kind=ConnectionKind.HOTLINE, is_paused=False
    )
    found: dict[str, bool] = {}
    for hotline in hotlines:
        asked_at = parse_datetime(hotline.cursor.get(CONNECTED_AT) or "")
        if asked_at is None or at - asked_at > FRESH:
            continue
        for user, is_connected in hotline.cursor.get(CONNECTED, {}).items():
            address = find_address(hotline, user)
            if address:
                found[address] = found.get(address, False) or is_connected
    return found

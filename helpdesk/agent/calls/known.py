"""Whether a desk has a phone system, for the sidebar. Cached per version of the desk."""

from __future__ import annotations

from accounts.models import Desk
from accounts.versions import DeskCache
from channels_intake.models import Connection
from channels_intake.telephone.selectors import PHONE_KINDS


def _has_connection(desk_id: int) -> bool:
    return Connection.objects.filter(desk_id=desk_id, kind__in=PHONE_KINDS).exists()


_known = DeskCache(_has_connection)


def has_calls(desk: Desk) -> bool:
    """Return True if a phone system is connected to the desk."""
    return _known.get(desk.pk, desk.config_version)

"""Deletion of channels, and what stands in its way."""

from __future__ import annotations

from django.utils.translation import gettext as _

from channels_intake.models import Connection


def get_deletion_error(connection: Connection) -> str | None:
    """Return why a channel can't be deleted, or None: its conversations stay on their tickets."""
    if not connection.conversations.exists():
        return None
    text = _("%(name)s can't be deleted because tickets came in through it. Pause it instead.")
    return text % {"name": connection.name}

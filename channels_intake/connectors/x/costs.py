"""What X's events of a month cost: X bills each by its kind (docs.x.com, event pricing)."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from channels_intake.connections.contract import Detail
from channels_intake.models import ChannelEvent, Connection

POSTS = ("post.mention.create:", "post.create:")
MESSAGES = ("dm.received:", "dm.sent:", "chat.received:")


def describe_costs(connection: Connection, *, at: datetime) -> tuple[Detail, ...]:
    """Return the events of this month (UTC, as X counts) and their price.

    An event that X has delivered twice is stored, and counts, once; X says that it bills it once.
    """
    month = at.astimezone(UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    events = ChannelEvent.objects.filter(connection=connection, received_at__gte=month)
    counts = events.aggregate(posts=_count(POSTS), messages=_count(MESSAGES))
    posts, messages = counts["posts"], counts["messages"]
    cost = posts * read_price(connection, "post_price", "0.005")
    cost += messages * read_price(connection, "message_price", "0.01")
    return (
        Detail(_("Post events this month"), str(posts)),
        Detail(_("Direct message events this month"), str(messages)),
        Detail(_("Cost of these events"), _("about $%(cost)s") % {"cost": f"{cost:.2f}"}),
    )


def read_price(connection: Connection, name: str, default: str) -> Decimal:
    """Return a price that an admin has entered, or X's."""
    try:
        price = Decimal(str(connection.settings.get(name) or default).replace(",", "."))
    except InvalidOperation:
        price = Decimal(default)
    return price if price.is_finite() and 0 <= price < 1000 else Decimal(default)


def _count(prefixes: tuple[str, ...]) -> Count:
    matches = Q()
    for prefix in prefixes:
        matches |= Q(event_id__startswith=prefix)
    return Count("pk", filter=matches)

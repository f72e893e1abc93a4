"""Names of authors that a vendor tells only when it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from accounts.models import ContactHandle
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.connections.contract import Connector, Incoming, Item
from channels_intake.connections.health import note_health
from channels_intake.connections.ids import fit_id
from channels_intake.models.connections import Connection


def name_author(connector: Connector, connection: Connection, item: Item, *, at: datetime) -> Item:
    """Return a message with its author's name, if the vendor tells it. Not in a transaction.

    Asked once per person. No message waits for it: the next one of the person asks again.
    """
    if not isinstance(item, Incoming) or item.person.name:
        return item
    known = ContactHandle.objects.filter(
        desk_id=connection.desk_id,
        network=connector.get_network(connection),
        scope=item.person.scope,
        external_id=fit_id(item.person.external_id),
    )
    if known.exclude(name="").exists():
        return item
    try:
        name = connector.find_name(connection, item.person.external_id, at=at)
    except CallLaterError as error:
        note_health(connection, str(error), at=at)
        return item
    except CallRefusedError:
        return item
    return replace(item, person=replace(item.person, name=name))

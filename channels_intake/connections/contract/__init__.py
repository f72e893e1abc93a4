"""The contract of a channel: what a connector translates, and what it can do.

A connector turns what its vendor sends into items. Everything after that is the same for all
channels: no other code asks which one it was, but to show it and to answer by it. Import from here;
start with connector.py.
"""

from channels_intake.connections.contract.answers import (
    ReplyLimits,
    ReplyWay,
    Unit,
)
from channels_intake.connections.contract.connector import (
    MIB,
    Connector,
)
from channels_intake.connections.contract.events import (
    Answer,
    ForeignError,
    Polled,
    RawEvent,
    Received,
    RefusedError,
    Request,
    UnreadableError,
)
from channels_intake.connections.contract.items import (
    Deleted,
    Echo,
    Edited,
    Ended,
    Incoming,
    Item,
    Person,
    Progress,
    RemoteFile,
    Report,
)
from channels_intake.connections.contract.shown import (
    Detail,
    Fact,
    FactKind,
    FieldKind,
    SetupField,
)

__all__ = [
    "MIB",
    "Answer",
    "Connector",
    "Deleted",
    "Detail",
    "Echo",
    "Edited",
    "Ended",
    "Fact",
    "FactKind",
    "FieldKind",
    "ForeignError",
    "Incoming",
    "Item",
    "Person",
    "Polled",
    "Progress",
    "RawEvent",
    "Received",
    "RefusedError",
    "RemoteFile",
    "ReplyLimits",
    "ReplyWay",
    "Report",
    "Request",
    "SetupField",
    "Unit",
    "UnreadableError",
]

"""Models of this package, one module per subject. Import them from here.

May import tickets.models, accounts and the pure modules of this package. Start with inbound.py.
"""

from channels_intake.models.calls import CallKind, CallState, OutgoingCall
from channels_intake.models.inbound import (
    HELD_STATES,
    ONCE_PER_DESK,
    InboundMessage,
    InboundState,
)
from channels_intake.models.mailboxes import Mailbox, UnverifiedMail
from channels_intake.models.outgoing import (
    AWAITED,
    LEAST_URGENT,
    MailKind,
    MailState,
    OutgoingEmail,
    ReplyToken,
    UnsentMail,
    new_token,
)

__all__ = [
    "AWAITED",
    "HELD_STATES",
    "LEAST_URGENT",
    "ONCE_PER_DESK",
    "CallKind",
    "CallState",
    "InboundMessage",
    "InboundState",
    "MailKind",
    "MailState",
    "Mailbox",
    "OutgoingCall",
    "OutgoingEmail",
    "ReplyToken",
    "UnsentMail",
    "UnverifiedMail",
    "new_token",
]

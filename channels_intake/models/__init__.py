"""Models of this package, one module per subject. Import them from here.

May import tickets.models, accounts and the pure modules of this package. Start with inbound.py.
"""

from channels_intake.models.blocking import BlockedSender
from channels_intake.models.calls import CallKind, CallState, OutgoingCall
from channels_intake.models.chat_people import ChatPerson, PersonSource
from channels_intake.models.chat_standups import ChatStandup
from channels_intake.models.code_hosts import (
    CodeHost,
    CodeTrigger,
    HostKind,
    SignIn,
    StageRule,
)
from channels_intake.models.code_links import (
    CodeEvent,
    CodeLink,
    CodeRelease,
    EventState,
    LinkKind,
    LinkState,
)
from channels_intake.models.connections import (
    ChannelEvent,
    ChannelEventState,
    ChannelMessage,
    Connection,
    ConnectionKind,
    Conversation,
    Direction,
    PartState,
)
from channels_intake.models.inbound import (
    HELD_STATES,
    ONCE_PER_DESK,
    InboundMessage,
    InboundState,
)
from channels_intake.models.mailboxes import Mailbox, UnverifiedMail
from channels_intake.models.outages import MailOutage
from channels_intake.models.outgoing import (
    AWAITED,
    LEAST_URGENT,
    MailKind,
    MailState,
    OutgoingEmail,
    ReplyToken,
    SideReplyToken,
    UnsentMail,
    new_token,
)
from channels_intake.models.paging import PageEvent, PageReason, PagingKind, PagingService
from channels_intake.models.team_chat import (
    DEFECT_TOPICS,
    ChatConnection,
    ChatKind,
    ChatRule,
    ChatThread,
    ChatTopic,
)

__all__ = [
    "AWAITED",
    "DEFECT_TOPICS",
    "HELD_STATES",
    "LEAST_URGENT",
    "ONCE_PER_DESK",
    "BlockedSender",
    "CallKind",
    "CallState",
    "ChannelEvent",
    "ChannelEventState",
    "ChannelMessage",
    "ChatConnection",
    "ChatKind",
    "ChatPerson",
    "ChatRule",
    "ChatStandup",
    "ChatThread",
    "ChatTopic",
    "CodeEvent",
    "CodeHost",
    "CodeLink",
    "CodeRelease",
    "CodeTrigger",
    "Connection",
    "ConnectionKind",
    "Conversation",
    "Direction",
    "EventState",
    "HostKind",
    "InboundMessage",
    "InboundState",
    "LinkKind",
    "LinkState",
    "MailKind",
    "MailOutage",
    "MailState",
    "Mailbox",
    "OutgoingCall",
    "OutgoingEmail",
    "PageEvent",
    "PageReason",
    "PagingKind",
    "PagingService",
    "PartState",
    "PersonSource",
    "ReplyToken",
    "SideReplyToken",
    "SignIn",
    "StageRule",
    "UnsentMail",
    "UnverifiedMail",
    "new_token",
]

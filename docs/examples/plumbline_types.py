"""Objects of Plumbline's API for type checkers, written from its schema.

`KEEP_TYPES=1 make test TESTS=tests/api/test_client_types.py` writes this file again.
"""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypeAlias, TypedDict


class AttachmentOutput(TypedDict):
    """A file of a message or a note."""

    id: int
    name: str
    content_type: str
    size: int
    sha256: str
    content_id: NotRequired[str]
    has_preview: bool
    is_missing: bool
    is_removed: bool
    created_at: str
    url: str


Author: TypeAlias = "Reference | PersonReference | OutsideReference"


class ConversationOutput(TypedDict):
    """The conversation at a channel that a ticket came in by."""

    channel: Literal[
        "email",
        "web",
        "phone",
        "chat",
        "facebook",
        "instagram",
        "twitter",
        "whatsapp",
        "telegram",
        "review",
        "api",
        "agent",
        "internal",
    ]
    connection: str
    person: str
    is_public: bool
    ended_at: str | None
    ways: list[WayOutput]


class DeliveryOutput(TypedDict):
    """The delivery of a message to one person through one channel."""

    channel: Literal[
        "email",
        "web",
        "phone",
        "chat",
        "facebook",
        "instagram",
        "twitter",
        "whatsapp",
        "telegram",
        "review",
        "api",
        "agent",
        "internal",
    ]
    to: str
    state: Literal["deleted", "delivered", "failed", "queued", "read", "received", "sent"]
    problem: str


ListedTicket: TypeAlias = "TicketOutput | PartialTicket"


class MessageOutput(TypedDict):
    """A public message."""

    id: int
    author: Author
    address: str
    kind: Literal["automatic", "customer", "agent"]
    channel: Literal[
        "email",
        "web",
        "phone",
        "chat",
        "facebook",
        "instagram",
        "twitter",
        "whatsapp",
        "telegram",
        "review",
        "api",
        "agent",
        "internal",
    ]
    body_text: str
    body_html: NotRequired[str]
    quoted_text: NotRequired[str]
    is_automatic: NotRequired[bool]
    remarks: list[str]
    attachments: list[AttachmentOutput]
    deliveries: list[DeliveryOutput]
    created_at: str


class MoveInput(TypedDict):
    """A move of a ticket. Everything but the move itself is for closing."""

    move: Literal["investigate", "wait", "close", "reopen"]
    reason: NotRequired[
        Literal["solved", "no_answer", "duplicate", "limitation", "not_ours", "spam"]
    ]
    own_reason: NotRequired[int | str | dict[str, Any]]
    duplicate_of: NotRequired[int | str | dict[str, Any]]
    questions: NotRequired[QuestionsInput]
    tell_incidents: NotRequired[NewsInput]


class NewRequesterInput(TypedDict):
    """The customer to open a ticket for."""

    id: NotRequired[int]
    email: NotRequired[str]
    name: NotRequired[str]
    account: NotRequired[int | str | dict[str, Any]]


class NewsInput(TypedDict):
    """A message to the requesters of a problem's open incidents."""

    text: str
    closes: NotRequired[bool]


class NoteOutput(TypedDict):
    """An internal note."""

    id: int
    author: Reference | None
    body_text: str
    attachments: list[AttachmentOutput]
    mentions: list[Reference]
    reactions: list[ReactionOutput]
    is_pinned: bool
    created_at: str


class OutsideReference(TypedDict):
    """A sender without a record at the desk, such as your company in a channel's own inbox."""

    kind: str
    id: int | None
    name: str


class PaginatedListedTicketList(TypedDict):
    """PaginatedListedTicketList"""

    next: str | None
    previous: str | None
    results: list[ListedTicket]
    count: NotRequired[int]
    count_is_exact: NotRequired[bool]


class PartialTicket(TypedDict):
    """A ticket with the chosen fields only."""

    number: NotRequired[int]


class PendingReplyOutput(TypedDict):
    """A reply that isn't sent yet: it is scheduled, waits for approval, or was held."""

    id: int
    author: Reference | None
    text: NotRequired[str]
    then: NotRequired[str]
    created_at: str
    send_at: str
    is_scheduled: NotRequired[bool]
    awaits_approval: NotRequired[bool]
    held_at: NotRequired[str | None]
    held_reason: NotRequired[Literal["closed", "no_access", "refused", "recipients", "failed", ""]]
    held_detail: NotRequired[str]


class PersonReference(TypedDict):
    """A customer."""

    kind: str
    id: int
    name: str
    email: str


class QuestionsInput(TypedDict):
    """Answers to the three questions about a closed ticket."""

    documentation: NotRequired[str]
    bug: NotRequired[str]
    feature: NotRequired[str]


class ReactionOutput(TypedDict):
    """A reaction to a note."""

    agent: Reference | None
    kind: Literal["agree", "thanks", "celebrate", "looking", "done"]
    created_at: str


class Reference(TypedDict):
    """A row of the desk."""

    kind: str
    id: int
    name: str


class ReplyInput(TypedDict):
    """A public reply."""

    text: NotRequired[str]
    uploads: NotRequired[list[int]]
    send_at: NotRequired[str]
    then: NotRequired[Literal["waiting", "investigating", "closed", ""]]
    next_update_at: NotRequired[str]
    last_seen_message: NotRequired[int]
    via: NotRequired[str]


class TicketDetail(TypedDict):
    """A ticket with what its customer can read: messages, and updates about defects."""

    kind: str
    id: int
    number: int
    reference: str
    subject: str
    status: Literal["open", "investigating", "waiting", "escalated", "closed"]
    channel: Literal[
        "email",
        "web",
        "phone",
        "chat",
        "facebook",
        "instagram",
        "twitter",
        "whatsapp",
        "telegram",
        "review",
        "api",
        "agent",
        "internal",
    ]
    priority: Reference | None
    product: Reference | None
    department: Reference | None
    level: NotRequired[Literal["l1", "l2", "rnd"]]
    assignee: Reference | None
    owner: Reference | None
    contact: PersonReference | None
    account: Reference | None
    is_unverified: NotRequired[bool]
    fields: NotRequired[dict[str, Any]]
    created_at: str
    updated_at: str
    changed_at: str
    first_responded_at: NotRequired[str | None]
    closed_at: NotRequired[str | None]
    close_reason: NotRequired[
        Literal[
            "solved",
            "silence",
            "by_customer",
            "duplicate",
            "no_answer",
            "not_ours",
            "limitation",
            "other",
            "spam",
            "merged",
            "",
        ]
    ]
    response_due_at: str | None
    due_at: str | None
    due_clock: str
    unanswered_since: NotRequired[str | None]
    hold_until: NotRequired[str | None]
    not_covered: str
    language: NotRequired[str]
    impact: NotRequired[Literal["stopped", "slowed", "minor", "none", ""]]
    product_line: Reference | None
    tags: list[str]
    conversation: ConversationOutput | None
    messages: list[MessageOutput]
    has_earlier_messages: bool
    fix: str
    updates: list[UpdateOutput]


class TicketInput(TypedDict):
    """A ticket that an agent or a program opens for a customer."""

    fields: NotRequired[dict[str, str]]
    contact: NotRequired[NewRequesterInput]
    subject: str
    text: str
    channel: NotRequired[Literal["api", "phone", "agent", "internal"]]
    call_minutes: NotRequired[int]
    priority: NotRequired[int | str | dict[str, Any]]
    product: NotRequired[int | str | dict[str, Any]]
    language: NotRequired[Literal["en", "pt-br", "de"]]
    tags: NotRequired[list[int | str | dict[str, Any]]]
    followers: NotRequired[list[str]]
    uploads: NotRequired[list[int]]


class TicketNoteInput(TypedDict):
    """An internal note with files."""

    text: NotRequired[str]
    uploads: NotRequired[list[int]]


class TicketOutput(TypedDict):
    """A ticket without its messages."""

    kind: str
    id: int
    number: int
    reference: str
    subject: str
    status: Literal["open", "investigating", "waiting", "escalated", "closed"]
    channel: Literal[
        "email",
        "web",
        "phone",
        "chat",
        "facebook",
        "instagram",
        "twitter",
        "whatsapp",
        "telegram",
        "review",
        "api",
        "agent",
        "internal",
    ]
    priority: Reference | None
    product: Reference | None
    department: Reference | None
    level: NotRequired[Literal["l1", "l2", "rnd"]]
    assignee: Reference | None
    owner: Reference | None
    contact: PersonReference | None
    account: Reference | None
    is_unverified: NotRequired[bool]
    fields: NotRequired[dict[str, Any]]
    created_at: str
    updated_at: str
    changed_at: str
    first_responded_at: NotRequired[str | None]
    closed_at: NotRequired[str | None]
    close_reason: NotRequired[
        Literal[
            "solved",
            "silence",
            "by_customer",
            "duplicate",
            "no_answer",
            "not_ours",
            "limitation",
            "other",
            "spam",
            "merged",
            "",
        ]
    ]
    response_due_at: str | None
    due_at: str | None
    due_clock: str
    unanswered_since: NotRequired[str | None]
    hold_until: NotRequired[str | None]
    not_covered: str


class TicketReceipt(TypedDict):
    """A ticket that you opened but can't see, because it was routed to another department."""

    number: int
    reference: str


TicketShown: TypeAlias = "TicketOutput | TicketReceipt"


class UpdateOutput(TypedDict):
    """An update about a defect, as the customer got it."""

    stage: Literal[
        "reported",
        "confirmed",
        "planned",
        "in_progress",
        "tested",
        "released",
        "verified",
        "not_a_defect",
        "wont_fix",
        "duplicate",
    ]
    text: str
    at: str


class WayOutput(TypedDict):
    """A way to reply on a ticket, for the field “via” of a reply."""

    via: str
    name: str
    problem: str
    closes_at: str | None
    is_public: bool
    max_chars: int | None
    may_split: bool
    max_files: int

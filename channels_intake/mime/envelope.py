"""The normal form of anything that comes in, from any channel: frozen, no database, no clock.

A translator per channel makes an `Envelope`; `intake.accept` takes nothing else.
"""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

MEBIBYTE = 1024 * 1024


class Authentication(StrEnum):
    """What is known about the sender: the From domain vouched (PASS), disowned it (FAIL), or said nothing."""

    PASS = "pass"  # noqa: S105 (a verdict, no password)
    FAIL = "fail"
    NONE = "none"


class AutomaticKind(StrEnum):
    """Why a mail counts as written by a machine; NONE is "", so that `if envelope.automatic` works."""

    NONE = ""
    OWN = "own"  # sent by this product, here or in another installation
    BOUNCE = "bounce"  # a delivery report or anything from the empty sender
    AUTO_REPLY = "auto_reply"  # an out-of-office note or another answering machine
    LIST = "list"  # came through a mailing list
    BULK = "bulk"  # Precedence: bulk or junk
    GENERATED = "generated"  # Auto-Submitted by a program, in answer to nothing
    NO_REPLY = "no_reply"  # the sender's address says that nobody reads it


@dataclass(frozen=True, slots=True)
class Limits:
    """The most that one message may bring; sizes in bytes, decoded. What is over is left out with a note."""

    max_file_bytes: int = 25 * MEBIBYTE
    max_total_bytes: int = 50 * MEBIBYTE
    max_files: int = 100
    max_parts: int = 10_000
    max_text_chars: int = 1_000_000
    max_header_bytes: int = MEBIBYTE
    max_recipients: int = 200


@dataclass(frozen=True, slots=True)
class Address:
    """`email` as `accounts.matching.normalize_email` gives it, or "" when it cannot be trusted."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that came along. `content_id` is without <>; `is_inline` means the HTML may show it by cid."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


@dataclass(frozen=True, slots=True)
class Envelope:
    """One incoming message. All text is free of NUL; header texts are one line; `body_html` is UNsanitized.

    `notes` are English sentences for the agent: what was lost, cut or odd.
    """

    channel: str
    sender: Address
    recipients: tuple[str, ...] = ()
    cc: tuple[Address, ...] = ()
    subject: str = ""
    body_text: str = ""
    body_html: str = ""
    attachments: tuple[IncomingFile, ...] = ()
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    authentication: Authentication = Authentication.NONE
    automatic: AutomaticKind = AutomaticKind.NONE
    notes: tuple[str, ...] = ()
    envelope_sender: str = ""

"""The normal form of an incoming message: frozen, no database, no clock."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tickets.sentences.remarks import Remark

MEBIBYTE = 1024 * 1024


class Authentication(StrEnum):
    """Authentication by the From domain: it sent the email, didn't send it, or doesn't say."""

    PASS = "pass"  # noqa: S105 (a verdict, not a password)
    FAIL = "fail"
    NONE = "none"


class AutomaticKind(StrEnum):
    """Reasons why an email gets no automatic reply. NONE is "", so `if envelope.automatic` works.

    Two facts: every kind but NONE stops our automatic mail, but only `is_machine` means that no
    person wrote the email, so it moves no ticket. People's email carries the other signs too.
    """

    NONE = ""
    OWN = "own"  # sent by Plumbline automatically, this installation or another
    BOUNCE = "bounce"  # a delivery report, or anything from the empty sender
    AUTO_REPLY = "auto_reply"  # an out-of-office note or other autoresponder
    LIST = "list"  # from a mailing list
    BULK = "bulk"  # Precedence: bulk or junk
    GENERATED = "generated"  # Auto-Submitted by a program, not in reply
    NO_REPLY = "no_reply"  # the sender's address says that it is not read
    DESK = "desk"  # written by an agent of a desk on Plumbline, whose mailbox quarantines our mail
    DOUBTFUL = "doubtful"  # only the subject reads like a machine's
    INDIRECT = "indirect"  # sent to others: a list or Bcc brought it here

    @property
    def is_machine(self) -> bool:
        """True if a machine wrote the email: our own mail, a bounce, or a vacation reply."""
        return self in {AutomaticKind.OWN, AutomaticKind.BOUNCE, AutomaticKind.AUTO_REPLY}


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of one message; sizes in decoded bytes. What exceeds them leaves a remark."""

    max_file_bytes: int = 25 * MEBIBYTE
    max_total_bytes: int = 50 * MEBIBYTE
    max_files: int = 100
    max_parts: int = 10_000
    max_text_chars: int = 1_000_000
    max_header_bytes: int = MEBIBYTE
    max_recipients: int = 200


@dataclass(frozen=True, slots=True)
class Address:
    """An address. email: normalized by accounts.matching, or "" if it can't be trusted."""

    email: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """An attachment. content_id: without <>. is_inline: the HTML may show it by cid."""

    name: str
    content_type: str
    content: bytes = field(repr=False)
    content_id: str = ""
    is_inline: bool = False


class DeliveryAction(StrEnum):
    """What a mail server reports of a recipient (RFC 3464, 2.3.3)."""

    FAILED = "failed"
    DELAYED = "delayed"
    DELIVERED = "delivered"
    RELAYED = "relayed"
    EXPANDED = "expanded"


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """One recipient's part of a delivery report.

    emails: normalized, as the email was sent and as it was delivered. reason: the server's words.
    """

    emails: tuple[str, ...]
    action: DeliveryAction
    reason: str = ""


@dataclass(frozen=True, slots=True)
class DeliveryReport:
    """A delivery report. message_ids: of the email it is about, if it says.

    is_formal: False for a bounce that isn't in the form of RFC 3464.
    """

    recipients: tuple[RecipientReport, ...]
    message_ids: tuple[str, ...] = ()
    is_formal: bool = True


@dataclass(frozen=True, slots=True)
class Envelope:
    """One incoming message.

    No text contains NUL, and header texts are one line. body_html: NOT sanitized. notes: what was
    lost, cut or odd, for the agents. language: the tag that the email states (RFC 3282), or "".
    report: set if the email is a delivery report. recipients: of SMTP, the delivery headers and To;
    named: of To and Cc, as the author wrote them. reply_to: where its author wants replies, if that
    is one other address. via: the address in From if a mailing list or a form put it there in place
    of the author, who is the sender then, unverified. received: the Received lines of an email
    without Message-ID and Date.
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
    notes: tuple[Remark, ...] = ()
    envelope_sender: str = ""
    language: str = ""
    report: DeliveryReport | None = None
    named: tuple[str, ...] = ()
    reply_to: Address | None = None
    via: str = ""
    received: tuple[str, ...] = ()

    def relayed_for(self, author: Address) -> "Envelope":
        """Return the email with its real author, who is not in From and is unverified."""
        failed = self.authentication is Authentication.FAIL
        return replace(
            self,
            sender=author,
            via=self.sender.email,
            reply_to=None,
            authentication=Authentication.FAIL if failed else Authentication.NONE,
        )

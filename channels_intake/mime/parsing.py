"""Parsing of a raw email (RFC 5322, MIME) into an envelope. Never raises.

Remarks describe what couldn't be read.

Pure: no database, no clock. The bounds (2 s and 512 MiB for one email) hold because every step is
linear and checks `Limits` before it copies.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from accounts.matching import normalize_email
from channels_intake.mime import smime
from channels_intake.mime.addresses import get_header_values, parse_addresses, parse_sender
from channels_intake.mime.authentication import verdict_from_headers
from channels_intake.mime.automatic import detect_automatic
from channels_intake.mime.collecting import Files, Notes, Texts
from channels_intake.mime.content import (
    decode_body,
    is_body,
    name_file,
)
from channels_intake.mime.delivery_reports import read_delivery_report
from channels_intake.mime.envelope import (
    Authentication,
    Envelope,
    Limits,
)
from channels_intake.mime.message_ids import read_message_id, read_references
from channels_intake.mime.parts import Part, read_tree
from channels_intake.mime.plain_bounces import note_plain_bounce
from channels_intake.mime.text import decode_header
from channels_intake.mime.via import find_author, read_reply_to
from tickets.sentences.remarks import RemarkCode

CHANNEL = "email"
MAX_SUBJECT_CHARS = 2_000  # a ticket's is shorter; a remark has the rest
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "to")
NAMED_HEADERS = ("to", "cc", "resent-to", "resent-cc")

_SKIPPED_ALTERNATIVES = {"text/x-amp-html", "text/watch-html"}


def parse_message(
    raw: bytes,
    *,
    limits: Limits | None = None,
    authentication: Authentication | None = None,
    envelope_recipients: Iterable[str] = (),
    envelope_sender: str = "",
    trusted_authserv_ids: frozenset[str] = frozenset(),
    most_results: int = 1,
) -> Envelope:
    """Parse any bytes into an envelope of the channel "email".

    authentication: the receiving provider's verdict. Without one, the email's own
    Authentication-Results decide, of the servers in `trusted_authserv_ids` only. envelope_sender:
    SMTP MAIL FROM, "<>" for the empty one of bounces, "" if unknown.
    """
    limits = limits or Limits()
    raw = _normalize_line_ends(raw)
    tree = read_tree(raw, limits)
    notes = Notes(tree.notes)
    envelope = _read_header_fields(tree.root, limits, notes, envelope_recipients, envelope_sender)
    texts, files = _read_leaves(raw, tree.leaves, limits, notes)
    if not texts:
        _add_signed_content(raw, tree.leaves, texts, files, notes)
    if not texts and not files and raw[tree.root.start : tree.root.start + 10_000].strip():
        notes.add(RemarkCode.EMPTY)
    if authentication is None:
        authentication = verdict_from_headers(
            tree.root.headers, trusted_authserv_ids, most=most_results
        )
    author = find_author(tree.root.headers, envelope.sender)
    read = replace(
        envelope,
        body_text=texts.plain(),
        body_html=texts.source_html(),
        attachments=files.finish(),
        authentication=authentication if envelope.sender.email else Authentication.NONE,
        notes=notes.finish(),
        report=read_delivery_report(raw, tree),
    )
    read = note_plain_bounce(read, raw, tree)
    return read.relayed_for(author) if author else read


def _read_header_fields(
    root: Part,
    limits: Limits,
    notes: Notes,
    envelope_recipients: Iterable[str],
    envelope_sender: str,
) -> Envelope:
    """Return an envelope with everything from the headers and the SMTP envelope."""
    headers = root.headers
    sender, problem = parse_sender(headers)
    if problem:
        notes.add(problem)
    if any("\x00" in value for _, value in headers):
        notes.add(RemarkCode.CHARACTERS_REMOVED)
    message_id = read_message_id(root.header("message-id"))
    date = _read_date(root.header("date"))
    reply_to = read_reply_to(headers)
    return Envelope(
        channel=CHANNEL,
        sender=sender,
        recipients=_read_recipients(headers, envelope_recipients, limits),
        named=_read_named(headers, limits),
        cc=parse_addresses(get_header_values(headers, "cc"), limits.max_recipients),
        reply_to=reply_to if reply_to and reply_to.email != sender.email else None,
        subject=decode_header(root.header("subject"), MAX_SUBJECT_CHARS),
        message_id=message_id,
        in_reply_to=read_references(root.header("in-reply-to")),
        references=read_references(root.header("references")),
        date=date,
        received=() if message_id or date else _read_received(headers),
        language=_read_language(headers),
        automatic=detect_automatic(headers, envelope_sender, sender.email),
        envelope_sender="<>"
        if envelope_sender.strip() == "<>"
        else normalize_email(envelope_sender),
    )


def _read_language(headers: list[tuple[str, str]]) -> str:
    """Return the first tag of Content-Language, or else of Accept-Language (RFC 3282), or ""."""
    for name in ("content-language", "accept-language"):
        for value in get_header_values(headers, name):
            tag = re.split(r"[,;]", value, maxsplit=1)[0].strip()
            if re.fullmatch(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", tag):
                return tag
    return ""


def _normalize_line_ends(raw: bytes) -> bytes:
    """Turn carriage returns into line feeds in an email that has no line feeds."""
    start = raw[:65_536]
    return raw.replace(b"\r", b"\n") if b"\n" not in start and b"\r" in start else raw


def _read_leaves(
    raw: bytes, leaves: list[Part], limits: Limits, notes: Notes
) -> tuple[Texts, Files]:
    texts, files = Texts(limits, notes), Files(limits, notes)
    _add_leaves(raw, leaves, texts, files)
    return texts, files


def _add_leaves(raw: bytes, leaves: list[Part], texts: Texts, files: Files) -> None:
    for number, part in enumerate(leaves, 1):
        if is_body(part):
            if not texts.add(raw, part, number):
                files.add_long_text(raw, part, number)
        elif part.content_type not in _SKIPPED_ALTERNATIVES or part.alternative is None:
            files.add(raw, part, number)


def _add_signed_content(
    raw: bytes, leaves: list[Part], texts: Texts, files: Files, notes: Notes
) -> None:
    """Add what an opaque S/MIME message signs, or say that its text is inside an encrypted file."""
    part = next((leaf for leaf in leaves if leaf.content_type in smime.TYPES), None)
    if part is None or "certs-only" in part.parameters.get("smime-type", "").lower():
        return
    content = smime.extract_signed(decode_body(raw, part)[0])
    name = name_file(raw, part, leaves.index(part) + 1)
    if content is None:
        notes.add(RemarkCode.SMIME_UNREADABLE, name=name)
        return
    inner = read_tree(content, files.limits)
    _add_leaves(content, inner.leaves, texts, files)
    notes.add(RemarkCode.SMIME_NOT_CHECKED)


def _read_recipients(
    headers: list[tuple[str, str]], envelope_recipients: Iterable[str], limits: Limits
) -> tuple[str, ...]:
    """Return the recipients: from SMTP first, then the delivery headers, then To."""
    values = [value for name in RECIPIENT_HEADERS for value in get_header_values(headers, name)]
    found = [normalize_email(address.strip().strip("<>")) for address in envelope_recipients]
    found += [address.email for address in parse_addresses(values, limits.max_recipients)]
    return tuple(dict.fromkeys(email for email in found if email))[: limits.max_recipients]


def _read_named(headers: list[tuple[str, str]], limits: Limits) -> tuple[str, ...]:
    """Return the recipients that people see: of To and Cc, also of a resent email."""
    values = [value for name in NAMED_HEADERS for value in get_header_values(headers, name)]
    return tuple(address.email for address in parse_addresses(values, limits.max_recipients))


def _read_received(headers: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(" ".join(v.split()) for v in get_header_values(headers, "received"))


def _read_date(value: str) -> datetime | None:
    """Return the Date header with its zone (UTC if it states none), or None if it is invalid."""
    try:
        date = parsedate_to_datetime(value[:100])
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return date if 1970 <= date.astimezone(UTC).year <= 9_000 else None
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None

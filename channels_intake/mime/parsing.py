"""A raw mail (RFC 5322, MIME) as an envelope. Never raises: what can be read is kept, the rest is noted.

Pure: no database, no clock. The bounds (2 s and 512 MiB for one mail) hold because every step is linear and
looks at `Limits` before it copies.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from accounts.matching import normalize_email
from channels_intake.mime.addresses import get_header_values, parse_addresses, parse_sender
from channels_intake.mime.authentication import verdict_from_headers
from channels_intake.mime.automatic import detect_automatic
from channels_intake.mime.content import decode_text, estimate_size, is_body, make_file, name_file
from channels_intake.mime.envelope import Authentication, Envelope, IncomingFile, Limits
from channels_intake.mime.html_text import html_to_text
from channels_intake.mime.html_tokens import shrink_data_addresses
from channels_intake.mime.parts import Part, read_tree
from channels_intake.mime.text import decode_header, remove_unstorable

CHANNEL = "email"
MAX_SUBJECT_CHARS = 500
MAX_MESSAGE_ID_CHARS = 900
MAX_REFERENCES = 100
MAX_NOTES = 20
BYTES_PER_CHAR = 12  # a letter of four bytes in quoted-printable
RECIPIENT_HEADERS = ("delivered-to", "x-original-to", "envelope-to", "to")

_MESSAGE_ID = re.compile(r"<([^<>\s\x00-\x1f\ud800-\udfff]{1,900})>")
_SKIPPED_ALTERNATIVES = {"text/x-amp-html", "text/watch-html"}


class _Notes:
    """Sentences for the agent, each once, at most MAX_NOTES."""

    def __init__(self, texts: Iterable[str] = ()) -> None:
        self._texts = dict.fromkeys(texts)

    def add(self, text: str) -> None:
        """Keep a sentence; the empty one is no note."""
        if text:
            self._texts.setdefault(text)

    def finish(self) -> tuple[str, ...]:
        """Give the sentences in their order; the last one says if there were more."""
        texts = list(self._texts)
        if len(texts) <= MAX_NOTES:
            return tuple(texts)
        left = len(texts) - MAX_NOTES + 1
        return (*texts[: MAX_NOTES - 1], f"{left} more things were odd in this mail.")


class _Texts:
    """The body texts in their order; the choices of one multipart/alternative count as one text."""

    def __init__(self, raw: bytes, limits: Limits, notes: _Notes) -> None:
        self._raw = raw
        self._notes = notes
        self._limit = limits.max_text_chars
        self._left = {"text/plain": limits.max_text_chars, "text/html": limits.max_text_chars}
        self._groups: dict[int, dict[str, list[str]]] = {}

    def add(self, part: Part, number: int) -> None:
        """Read one body part as far as the limit allows."""
        kind = "text/html" if part.content_type == "text/html" else "text/plain"
        if part.content_type.startswith("multipart/"):
            self._notes.add(
                "The parts of the mail could not be told apart, so all is shown as text."
            )
        text, sound = decode_text(self._raw, part, BYTES_PER_CHAR * self._limit)
        text, had_nul = remove_unstorable(text)
        if kind == "text/html":
            text = shrink_data_addresses(text)
        if not sound:
            self._notes.add(f"Part {number} could not be decoded without loss.")
        if had_nul:
            self._notes.add("NUL characters were removed.")
        if len(text) > self._left[kind]:
            self._notes.add(
                f"The text was longer than {self._limit:,} characters; the rest was left out."
            )
            text = text[: self._left[kind]]
        self._left[kind] -= len(text)
        if text.strip():
            group = self._groups.setdefault(id(part.alternative or part), {})
            group.setdefault(kind, []).append(text)

    def __bool__(self) -> bool:
        return bool(self._groups)

    def plain(self) -> str:
        """Give the message as plain text; what came as HTML only is converted."""
        texts = (self._plain_of(group) for group in self._groups.values())
        return "\n\n".join(text.strip("\n") for text in texts if text.strip())

    def source_html(self) -> str:
        """Give the message as unsanitized HTML with its plain pieces in place, or "" without any HTML."""
        if not any("text/html" in group for group in self._groups.values()):
            return ""
        return "\n".join(self._html_of(group) for group in self._groups.values())

    @staticmethod
    def _plain_of(group: dict[str, list[str]]) -> str:
        if "text/plain" in group:
            return "\n\n".join(text.strip("\n") for text in group["text/plain"])
        return html_to_text("\n".join(group["text/html"]))

    @staticmethod
    def _html_of(group: dict[str, list[str]]) -> str:
        if "text/html" in group:
            return "\n".join(group["text/html"])
        lines = html.escape("\n\n".join(group["text/plain"])).replace("\n", "<br>\n")
        return f"<div>{lines}</div>"


class _Files:
    """The files of a mail within the limits; what does not fit leaves a note with its name."""

    def __init__(self, raw: bytes, limits: Limits, notes: _Notes) -> None:
        self._raw = raw
        self._limits = limits
        self._notes = notes
        self._left = limits.max_total_bytes
        self._too_many = 0
        self.kept: list[IncomingFile] = []

    def add(self, part: Part, number: int) -> None:
        """Decode one file, unless it is too large or one too many."""
        size = estimate_size(part)
        if size == 0:
            return
        if len(self.kept) >= self._limits.max_files:
            self._too_many += 1
            return
        if size > self._limits.max_file_bytes * 1.04 or size > self._left * 1.04:
            self._refuse(name_file(self._raw, part, number), size)
            return
        file, sound = make_file(self._raw, part, number)
        if len(file.content) > min(self._limits.max_file_bytes, self._left):
            self._refuse(file.name, len(file.content))
            return
        self._left -= len(file.content)
        self.kept.append(file)
        if not sound:
            self._notes.add(f"The attachment “{file.name}” could not be decoded without loss.")
        if part.content_type == "application/ms-tnef" or file.name.lower() == "winmail.dat":
            self._notes.add(
                "The files inside winmail.dat (Outlook's own format) were not taken out."
            )

    def __bool__(self) -> bool:
        return bool(self.kept)

    def _refuse(self, name: str, size: int) -> None:
        alone = size > self._limits.max_file_bytes
        limit = (self._limits.max_file_bytes if alone else self._limits.max_total_bytes) // (
            1024 * 1024
        )
        whose = "it is larger than" if alone else "the attachments together are larger than"
        self._notes.add(f"The attachment “{name}” was left out: {whose} {limit} MiB.")

    def finish(self) -> tuple[IncomingFile, ...]:
        """Give the files; note how many were too many."""
        if self._too_many:
            self._notes.add(f"{self._too_many} attachments were left out: the mail had too many.")
        return tuple(self.kept)


def parse_message(
    raw: bytes,
    *,
    limits: Limits | None = None,
    authentication: Authentication | None = None,
    envelope_recipients: Iterable[str] = (),
    envelope_sender: str = "",
    trusted_authserv_ids: frozenset[str] = frozenset(),
) -> Envelope:
    """Turn any bytes into an envelope of the channel "email".

    `authentication` is the receiving provider's verdict; without one the mail's own Authentication-Results
    decide, of the servers in `trusted_authserv_ids` only. `envelope_sender` is SMTP's MAIL FROM: "<>" for the
    empty one of bounces, "" when it is not known.
    """
    limits = limits or Limits()
    raw = _with_line_feeds(raw)
    tree = read_tree(raw, limits)
    notes = _Notes(tree.notes)
    envelope = _read_header_fields(tree.root, limits, notes, envelope_recipients, envelope_sender)
    texts, files = _read_leaves(raw, tree.leaves, limits, notes)
    if not texts and not files and raw[tree.root.start : tree.root.start + 10_000].strip():
        notes.add("The mail holds nothing that could be read.")
    if authentication is None:
        authentication = verdict_from_headers(tree.root.headers, trusted_authserv_ids)
    return replace(
        envelope,
        body_text=texts.plain(),
        body_html=texts.source_html(),
        attachments=files.finish(),
        authentication=authentication if envelope.sender.email else Authentication.NONE,
        notes=notes.finish(),
    )


def _read_header_fields(
    root: Part,
    limits: Limits,
    notes: _Notes,
    envelope_recipients: Iterable[str],
    envelope_sender: str,
) -> Envelope:
    """Give an envelope with all that stands in the headers and on SMTP's envelope."""
    headers = root.headers
    sender, note = parse_sender(headers)
    notes.add(note)
    if any("\x00" in value for _, value in headers):
        notes.add("NUL characters were removed.")
    return Envelope(
        channel=CHANNEL,
        sender=sender,
        recipients=_read_recipients(headers, envelope_recipients, limits),
        cc=parse_addresses(get_header_values(headers, "cc"), limits.max_recipients),
        subject=decode_header(root.header("subject"), MAX_SUBJECT_CHARS),
        message_id=_read_message_id(root.header("message-id")),
        in_reply_to=_read_references(root.header("in-reply-to")),
        references=_read_references(root.header("references")),
        date=_read_date(root.header("date")),
        automatic=detect_automatic(headers, envelope_sender, sender.email),
        envelope_sender="<>"
        if envelope_sender.strip() == "<>"
        else normalize_email(envelope_sender),
    )


def _with_line_feeds(raw: bytes) -> bytes:
    """Make the line ends of a mail that knows only carriage returns readable."""
    start = raw[:65_536]
    return raw.replace(b"\r", b"\n") if b"\n" not in start and b"\r" in start else raw


def _read_leaves(
    raw: bytes, leaves: list[Part], limits: Limits, notes: _Notes
) -> tuple[_Texts, _Files]:
    texts, files = _Texts(raw, limits, notes), _Files(raw, limits, notes)
    for number, part in enumerate(leaves, 1):
        if is_body(part):
            texts.add(part, number)
        elif part.content_type not in _SKIPPED_ALTERNATIVES or part.alternative is None:
            files.add(part, number)
    return texts, files


def _read_recipients(
    headers: list[tuple[str, str]], envelope_recipients: Iterable[str], limits: Limits
) -> tuple[str, ...]:
    """Give the addresses that the mail was meant for: SMTP's first, then the delivery headers, then To."""
    values = [value for name in RECIPIENT_HEADERS for value in get_header_values(headers, name)]
    found = [normalize_email(address.strip().strip("<>")) for address in envelope_recipients]
    found += [address.email for address in parse_addresses(values, limits.max_recipients)]
    return tuple(dict.fromkeys(email for email in found if email))[: limits.max_recipients]


def _read_message_id(value: str) -> str:
    """Give the id without <>; an id written without them is taken when it is one plain word."""
    found = _MESSAGE_ID.search(value[:4_000])
    if found:
        return found[1]
    word = value.strip()
    return word if len(word) <= MAX_MESSAGE_ID_CHARS and re.fullmatch(r"[!-;=?-~]+", word) else ""


def _read_references(value: str) -> tuple[str, ...]:
    """Give the ids, each once; of very many the first (the thread's root) and the last ones."""
    ids = list(dict.fromkeys(_MESSAGE_ID.findall(value)))
    return tuple(ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]])


def _read_date(value: str) -> datetime | None:
    """Give the Date header with its zone (UTC when it states none), or None when it is no date."""
    try:
        date = parsedate_to_datetime(value[:100])
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return date if 1970 <= date.astimezone(UTC).year <= 9_000 else None
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None

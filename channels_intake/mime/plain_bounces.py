"""Bounces in no standard form, such as those of qmail and of gateways. Never raises.

A mail system wrote them, and they say that an email didn't arrive. What they are about is in the
copy of the email that they include, or in the return path that they come to, which
incoming/delivery_reports.py reads.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from accounts.matching import normalize_email
from channels_intake.mime.addresses import get_header_values
from channels_intake.mime.automatic import BOUNCE_SUBJECT, is_mail_system
from channels_intake.mime.delivery_reports import (
    MAX_REASON_CHARS,
    RETURNED_TYPES,
    is_delivery_report,
    read_returned_id,
    read_status_recipients,
)
from channels_intake.mime.envelope import (
    AutomaticKind,
    DeliveryAction,
    DeliveryReport,
    Envelope,
    RecipientReport,
)
from channels_intake.mime.message_ids import read_message_id
from channels_intake.mime.parts import Tree

MAX_NOTICE_CHARS = 20_000  # of the text above the copy
MAX_TEXT_CHARS = 200_000
MAX_ADDRESSES = 50
MAX_IDS = 5

_FAILED = re.compile(
    r"(?:could|can) ?not be delivered|(?:couldn't|wasn't|hasn't been|was not) (?:be )?delivered"
    r"|(?:unable|wasn't able|not able) to deliver|undeliver|delivery.{0,80} failed"
    r"|permanent(?: fatal)? error|returned to sender|(?:user|recipient) unknown|unknown user"
    r"|mailbox (?:unavailable|not found|is full|full)|(?:konnte|wurde).{0,80} nicht zugestellt"
    r"|n'a pas pu être|no se (?:pudo|ha podido) entregar|não (?:pôde ser|foi) entregue",
    re.IGNORECASE,
)
_REPLY = re.compile(r"(?<![\d.])5[0-5]\d[ -]+#?(?:5\.\d{1,3}\.\d{1,3}|[A-Za-z<])|#5\.\d\.\d{1,3}")
_DELAYED_SUBJECT = re.compile(r"\bdelay|\bwarning\b|\bverz[öo]ger|\bretard", re.IGNORECASE)
_DELAYED = re.compile(
    r"not need to (?:resend|re-send)|will (?:keep|continue|be retried|retry|try again)"
    r"|still (?:trying|being retried)|not yet been delivered",
    re.IGNORECASE,
)
_COPY_ID = re.compile(r"^[ \t>]{0,20}Message-ID:[ \t]*(\S[^\n]{0,1000})", re.IGNORECASE | re.M)
_COPY = re.compile(
    r"^[ \t>-]{0,60}(?:(?:below this line|this|here) is a copy|original message|returned message"
    r"|unsent message|(?:Return-Path|Received|Message-ID|DKIM-Signature):)",
    re.IGNORECASE | re.M,
)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:]{1,64}@[A-Za-z0-9._-]{1,190}[A-Za-z0-9]")
# The same content types for reports that say something else.
_OTHER_REPORTS = {"feedback-report", "disposition-notification"}


def note_plain_bounce(envelope: Envelope, raw: bytes, tree: Tree) -> Envelope:
    """Return the email with what it reports, if it is a bounce in no standard form.

    An email that states to be a delivery report counts in the standard form or not at all.
    """
    kind = tree.root.parameters.get("report-type", "").strip().lower()
    has_status = is_delivery_report(tree.root) and read_status_recipients(raw, tree) is not None
    if envelope.report or has_status or kind in _OTHER_REPORTS:
        return envelope
    text = envelope.body_text[:MAX_TEXT_CHARS]
    start = _COPY.search(text)
    notice = (text[: start.start()] if start else text)[:MAX_NOTICE_CHARS]
    if not _is_bounce(envelope, notice):
        return envelope
    ids = tuple(dict.fromkeys(_list_copied_ids(raw, tree, text)))
    recipients = read_status_recipients(raw, tree) or (_read_recipient(envelope, tree, notice),)
    report = DeliveryReport(recipients, ids, is_formal=False)
    return replace(envelope, automatic=AutomaticKind.BOUNCE, report=report)


def _is_bounce(envelope: Envelope, notice: str) -> bool:
    """Return True if a mail system wrote the email, and says that another one didn't arrive.

    The empty SMTP sender is a sign, but autoresponders use it, too. People write as postmaster.
    """
    says_so = BOUNCE_SUBJECT.match(envelope.subject) is not None
    if envelope.automatic is AutomaticKind.BOUNCE:
        return says_so or _FAILED.search(notice) is not None or _REPLY.search(notice) is not None
    return says_so and is_mail_system(envelope.sender)


def _list_copied_ids(raw: bytes, tree: Tree, text: str) -> Iterator[str]:
    """Yield the Message-IDs of the copies that the email includes, as a part or in its text."""
    for part in tree.leaves:
        if part.content_type in RETURNED_TYPES and (found := read_returned_id(raw, part)):
            yield found
    for place, match in enumerate(_COPY_ID.finditer(text)):
        if place >= MAX_IDS:
            return
        if found := read_message_id(match[1]):
            yield found


def _read_recipient(envelope: Envelope, tree: Tree, notice: str) -> RecipientReport:
    """Return what the text says: of which addresses, and the server's words."""
    headers = get_header_values(tree.root.headers, "x-failed-recipients")
    named = [*_ADDRESS.findall(" ".join(headers)), *_ADDRESS.findall(notice)]
    emails = filter(None, map(normalize_email, named[:MAX_ADDRESSES]))
    is_delayed = _DELAYED_SUBJECT.search(envelope.subject) or _DELAYED.search(notice)
    action = DeliveryAction.DELAYED if is_delayed else DeliveryAction.FAILED
    return RecipientReport(tuple(dict.fromkeys(emails)), action, _find_reason(notice))


def _find_reason(notice: str) -> str:
    """Return the server's reply, otherwise the line that says what happened, or ""."""
    lines = [" ".join(line.split()) for line in notice.splitlines()]
    for line in lines:
        if found := _REPLY.search(line):
            return line[found.start() :][:MAX_REASON_CHARS]
    return next((line for line in lines if _FAILED.search(line)), "")[:MAX_REASON_CHARS]

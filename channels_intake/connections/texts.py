"""Texts of channels' messages, as they are stored: plain text within the limits of email."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Desk
from accounts.models.fields import clean_line, clean_lines
from channels_intake.connections.contract import Incoming
from channels_intake.mime.envelope import Limits
from tickets.attachments.files import NewFile
from tickets.sentences.remarks import Remark, RemarkCode, make_remark

MAX_TEXT = Limits().max_text_chars
MAX_SUBJECT = 80
TEXT_FILE = "text.txt"


class Body(NamedTuple):
    """A text, the file with all of it if it was too long, and a remark on that."""

    text: str
    files: tuple[NewFile, ...] = ()
    remarks: tuple[Remark, ...] = ()


def make_body(text: str, *, has_files: bool) -> Body:
    """Return the text of a message as it is stored.

    One that is too long is cut, and a file keeps all of it. A message without text and files, such
    as a reaction, says so in a remark.
    """
    cleaned = clean_lines(text).strip()
    if len(cleaned) > MAX_TEXT:
        whole = NewFile(TEXT_FILE, "text/plain; charset=utf-8", cleaned.encode())
        remark = make_remark(RemarkCode.TEXT_IN_FILE, maximum=MAX_TEXT, name=TEXT_FILE)
        return Body(cleaned[:MAX_TEXT], (whole,), (remark,))
    if not cleaned and not has_files:
        return Body("", (), (make_remark(RemarkCode.NO_TEXT),))
    return Body(cleaned)


def make_subject(item: Incoming, text: str, desk: Desk) -> str:
    """Return the subject of a new ticket: the item's own, else its first words, else its author."""
    line = " ".join(clean_line(item.subject or text).split())
    if not line:
        with override(desk.language):
            return _("Message from %(name)s") % {
                "name": clean_line(item.person.name) or _("Unknown person")
            }
    if item.subject or len(line) <= MAX_SUBJECT:
        return line
    return f"{line[:MAX_SUBJECT].rsplit(' ', 1)[0]}…"

"""Subjects of emails to contacts, in the active language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from channels_intake.mime.text import one_line
from channels_intake.models import MailKind
from tickets.models import Ticket
from tickets.subjects import strip_reply_prefixes

MAX_SUBJECT_CHARS = 200
CONVERSATION = (MailKind.REPLY, MailKind.COPY, MailKind.DEFECT)  # under the ticket's own subject


def make_subject(
    ticket: Ticket,
    kind: MailKind,
    *,
    shows_words: bool = False,
    days_left: int | None = None,
    is_first: bool = False,
) -> str:
    """Return a one-line subject that names the ticket.

    An automatic email to an unverified address repeats nothing that was submitted: a form must not
    relay spam: shows_words is False for it. days_left: in a
    reminder, until the ticket closes. is_first: there was no email to or from this person before,
    so a reply has no "Re:".
    """
    facts = {"reference": ticket.reference, "subject": _get_plain_subject(ticket)}
    if kind in CONVERSATION:
        is_tagged = f"[{ticket.reference}]" in facts["subject"]
        subject = ("%(subject)s" if is_tagged else "%(subject)s [%(reference)s]") % facts
        return f"Re: {subject}" if kind != MailKind.COPY and not is_first else subject
    if kind == MailKind.PHONE:
        return _("[%(reference)s] Your call: %(subject)s") % facts
    if kind == MailKind.REMINDER:
        return _make_reminder_subject(facts, days_left)
    if kind == MailKind.RECEIPT:
        if shows_words:
            return _("[%(reference)s] We received your request: %(subject)s") % facts
        return _("[%(reference)s] We received your request") % facts
    if kind == MailKind.PROMISE:
        return _("[%(reference)s] New response time: %(subject)s") % facts
    if kind == MailKind.ESCALATED:
        return _("[%(reference)s] Your request was escalated: %(subject)s") % facts
    if shows_words:
        return _("[%(reference)s] We closed your request: %(subject)s") % facts
    return _("[%(reference)s] We closed your request") % facts


def _make_reminder_subject(facts: dict[str, Any], days_left: int | None) -> str:
    if not days_left:
        return _("[%(reference)s] Still need help?") % facts
    text = ngettext(
        "[%(reference)s] Still need help? We'll close this request in %(days)s day",
        "[%(reference)s] Still need help? We'll close this request in %(days)s days",
        days_left,
    )
    return text % (facts | {"days": days_left})


def _get_plain_subject(ticket: Ticket) -> str:
    """Return the ticket's subject without "Re:" and the like, before or after the reference."""
    plain = strip_reply_prefixes(one_line(ticket.subject, MAX_SUBJECT_CHARS))
    tag = f"[{ticket.reference}]"
    if plain.startswith(tag):
        rest = strip_reply_prefixes(plain.removeprefix(tag)).strip()
        plain = f"{tag} {rest}" if rest else ""
    return plain or _("Your request")

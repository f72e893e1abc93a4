"""The words of chat messages: texts of topics, placeholders, and cutting. Pure.

A public channel gets the public facts only, whatever the text of a rule asks for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_intake.models import DEFECT_TOPICS, ChatTopic

Words = Mapping[str, str | Promise]

# Placeholders, with what they stand for.
PUBLIC_PLACEHOLDERS: Words = {
    "ticket": _("number of the ticket, with a link"),
    "number": _("number of the ticket"),
    "priority": _("priority"),
    "state": _("state"),
    "link": _("address of the ticket's page"),
}
PLACEHOLDERS: Words = {
    **PUBLIC_PLACEHOLDERS,
    "subject": _("subject"),
    "level": _("level"),
    "department": _("department"),
    "account": _("account"),
    "plan": _("plan"),
    "details": _("priority, state, level, department, account and plan"),
    "assignee": _("assignee, mentioned by name"),
    "due": _("time of the next deadline"),
    "what": _("what happened, in a sentence"),
}
PUBLIC_TEXT = "{ticket} · {priority} · {state}"

PUBLIC_DEFECT_PLACEHOLDERS: Words = {
    "defect": _("number of the defect, with a link"),
    "number": _("number of the defect"),
    "stage": _("stage"),
    "link": _("address of the defect's page"),
}
DEFECT_PLACEHOLDERS: Words = {
    **PUBLIC_DEFECT_PLACEHOLDERS,
    "title": _("title"),
    "severity": _("severity"),
    "product": _("product"),
    "owner": _("owner in R&D, mentioned by name"),
    "impact": _("affected accounts and open tickets"),
    "details": _("severity, product and impact"),
    "what": _("what happened, in a sentence"),
}
PUBLIC_DEFECT_TEXT = "{defect} · {stage}"

USUAL_TEXTS: Words = {
    ChatTopic.OPENED: _("New ticket {ticket}: {subject}\n{details}\nDue {due}"),
    ChatTopic.HOTLINE: _(
        "{assignee}, a call was handed over to you: {ticket} {subject}\n{details}"
    ),
    ChatTopic.ASSIGNED: _("{ticket} {subject}\nAssigned to {assignee}\n{details}"),
    ChatTopic.UNASSIGNED: _("Nobody on shift can take {ticket}: {subject}\n{details}\nDue {due}"),
    ChatTopic.EMERGENCY: _("Emergency reported on {ticket}: {subject}\n{details}\n{assignee}"),
    ChatTopic.WARNED: _("{ticket} is due {due}: {subject}\n{details}\n{assignee}"),
    ChatTopic.BREACHED: _("{ticket} is overdue: {subject}\n{what}\n{details}\n{assignee}"),
    ChatTopic.LADDER: _("{ticket} {subject}\n{what}\n{details}\nTo acknowledge: /ack {number}"),
    ChatTopic.SIGNAL: _("{what}\n{ticket} {subject}\n{details}"),
    ChatTopic.DEFECT_CREATED: _("New defect {defect}: {title}\n{what}\n{details}"),
    ChatTopic.DEFECT_RELEASED: _("Fix released: {defect} {title}\n{what}\n{details}"),
    ChatTopic.DEFECT_MAJOR: _("Significant impact: {defect} {title}\n{what}\n{details}\n{owner}"),
}
OTHER_TEXT = "{ticket} {subject}\n{what}\n{details}"
OTHER_DEFECT_TEXT = "{defect} {title}\n{what}\n{details}"

_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")


def get_placeholders(topic: str, *, is_public: bool) -> Words:
    """Return the placeholders that texts of a topic can use, with what they stand for."""
    if topic in DEFECT_TOPICS:
        return PUBLIC_DEFECT_PLACEHOLDERS if is_public else DEFECT_PLACEHOLDERS
    return PUBLIC_PLACEHOLDERS if is_public else PLACEHOLDERS


def get_usual_text(topic: str, *, is_public: bool) -> str:
    """Return the text of a topic that is used if a rule has none."""
    is_defect = topic in DEFECT_TOPICS
    if is_public:
        return PUBLIC_DEFECT_TEXT if is_defect else PUBLIC_TEXT
    return str(USUAL_TEXTS.get(topic, OTHER_DEFECT_TEXT if is_defect else OTHER_TEXT))


def list_unfit_placeholders(text: str, topic: str, *, is_public: bool) -> list[str]:
    """Return the placeholders of a rule's text that don't exist or aren't for this channel."""
    known = get_placeholders(topic, is_public=is_public)
    return sorted({name for name in _PLACEHOLDER.findall(text) if name not in known})


def fill_message(text: str, topic: str, facts: Mapping[str, str], *, is_public: bool) -> str:
    """Return the message of a rule. Lines with a fact that is missing are left out.

    A text that asks a public channel for more than it may know is replaced by the usual one, such
    as when the channel became public after the text was written.
    """
    if not text.strip() or list_unfit_placeholders(text, topic, is_public=is_public):
        text = get_usual_text(topic, is_public=is_public)
    placeholders = get_placeholders(topic, is_public=is_public)
    known = {name: facts[name] for name in placeholders if name in facts}
    lines = (_fill_line(line, known) for line in text.splitlines())
    return "\n".join(line for line in lines if line is not None)


def _fill_line(line: str, facts: Mapping[str, str]) -> str | None:
    names = _PLACEHOLDER.findall(line)
    if any(not facts.get(name) for name in names):
        return None
    return _PLACEHOLDER.sub(lambda match: facts[match[1]], line)


def cut_message(text: str, *, max_chars: int, more: str) -> str:
    """Return a message that fits, and says where to read the rest if it was cut.

    more: a link to the ticket, or "".
    """
    if len(text) <= max_chars:
        return text
    note = gettext("… This message was shortened.")
    if more:
        note = gettext("… This message was shortened. Read all of it: %(link)s") % {"link": more}
    return text[: max_chars - len(note) - 1].rstrip() + "\n" + note

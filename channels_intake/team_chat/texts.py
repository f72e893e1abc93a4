"""The words of chat messages: texts of topics, placeholders, and cutting. Pure.

A public channel gets the public facts only, whatever the text of a rule asks for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels_intake.models import ChatTopic

# Placeholders, with what stands for them in a preview.
PUBLIC_PLACEHOLDERS: Mapping[str, str | Promise] = {
    "ticket": _("number of the ticket, with a link"),
    "number": _("number of the ticket"),
    "priority": _("priority"),
    "state": _("state"),
    "link": _("address of the ticket's page"),
}
PLACEHOLDERS: Mapping[str, str | Promise] = {
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

USUAL_TEXTS: Mapping[str, str | Promise] = {
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
}
OTHER_TEXT = "{ticket} {subject}\n{what}\n{details}"

_PLACEHOLDER = re.compile(r"\{([a-z_]*)\}")


def get_usual_text(topic: str, *, is_public: bool) -> str:
    """Return the text of a topic that is used if a rule has none."""
    if is_public:
        return PUBLIC_TEXT
    return str(USUAL_TEXTS.get(topic, OTHER_TEXT))


def list_unfit_placeholders(text: str, *, is_public: bool) -> list[str]:
    """Return the placeholders of a rule's text that don't exist or aren't for this channel."""
    known = PUBLIC_PLACEHOLDERS if is_public else PLACEHOLDERS
    return sorted({name for name in _PLACEHOLDER.findall(text) if name not in known})


def fill_message(text: str, topic: str, facts: Mapping[str, str], *, is_public: bool) -> str:
    """Return the message of a rule. Lines with a fact that is missing are left out.

    A text that asks a public channel for more than it may know is replaced by the usual one, such
    as when the channel became public after the text was written.
    """
    if not text.strip() or list_unfit_placeholders(text, is_public=is_public):
        text = get_usual_text(topic, is_public=is_public)
    known = {**facts}
    if is_public:
        known = {name: facts[name] for name in PUBLIC_PLACEHOLDERS if name in facts}
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


def preview_facts(link: Callable[[str, str], str]) -> dict[str, str]:
    """Return the facts of a made-up ticket, to show a text as it will look."""
    url = "https://example.com/agent/tickets/1042/"
    return {
        "ticket": link(url, "RC-1042"),
        "number": "RC-1042",
        "link": url,
        **{
            name: f"[{words}]"
            for name, words in PLACEHOLDERS.items()
            if name not in {"ticket", "number", "link"}
        },
    }

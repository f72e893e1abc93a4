"""Sentences about redacted texts and removed files. The event never holds the text itself."""

from __future__ import annotations

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Desk
from tickets.timeline.parts import Facts, describe_why, join


def describe_text_redacted(actor: str, facts: Facts, desk: Desk) -> str:
    """Return who redacted a text, where, and which files went with it."""
    messages, notes = len(facts["messages"]), len(facts["notes"])
    places = []
    if messages:
        text = ngettext("%(count)s message", "%(count)s messages", messages)
        places.append(text % {"count": messages})
    if notes:
        places.append(ngettext("%(count)s note", "%(count)s notes", notes) % {"count": notes})
    if places:
        redacted = _("%(actor)s redacted text in %(places)s.")
    else:
        redacted = _("%(actor)s redacted text on this ticket.")
    named = {"actor": actor, "places": get_text_list(places, _("and"))}
    files = _("Files removed with it: %(names)s.") if facts["files"] else ""
    return join(redacted % named, files % {"names": ", ".join(facts["files"])}, describe_why(facts))


def describe_file_removed(actor: str, facts: Facts, desk: Desk) -> str:
    """Return who removed a file. days: how long the ticket had been closed, if that is why."""
    if days := facts.get("days"):
        removed = ngettext(
            "%(actor)s deleted the file “%(name)s”: the ticket had been closed for %(days)s day.",
            "%(actor)s deleted the file “%(name)s”: the ticket had been closed for %(days)s days.",
            days,
        )
        return removed % {"actor": actor, "name": facts["name"], "days": days}
    removed = _("%(actor)s removed the file “%(name)s”.")
    return join(removed % {"actor": actor, "name": facts["name"]}, describe_why(facts))

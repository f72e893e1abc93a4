"""The language in which a macro replies, in a sentence."""

from __future__ import annotations

from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from tickets.macros.applying import get_reply_language
from tickets.models import Macro, Ticket


def describe_language(macro: Macro, ticket: Ticket) -> str:
    """Say in which language a macro replies on a ticket; "" if there is nothing to choose."""
    wanted = get_reply_language(ticket)
    taken = macro.find_language(wanted)
    named = {"language": _name(taken), "wanted": _name(wanted)}
    if _get_base(taken) != _get_base(wanted):
        text = _(
            "The reply is in %(language)s: the macro has no text in the requester's language,"
            " %(wanted)s."
        )
        return text % named
    if macro.translations:
        return _("The reply is in %(language)s, the requester's language.") % named
    return ""


def _get_base(code: str) -> str:
    return code.lower().split("-")[0]


def _name(code: str) -> str:
    """Return a language's name for the reader, or its code if Django doesn't know it."""
    try:
        return str(get_language_info(code)["name_translated"])
    except KeyError:
        return code

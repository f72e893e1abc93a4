"""Merges and links of tickets, in sentences.

A number is missing if the reader may not see that ticket.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Desk
from tickets.models import LinkKind
from tickets.timeline.parts import Facts, describe_state, join

# By the kind of the link, and by whether this ticket is its source.
LINKED: dict[tuple[str, bool], str | Promise] = {
    (LinkKind.RELATED, True): gettext_lazy("%(actor)s linked this ticket to %(ticket)s."),
    (LinkKind.RELATED, False): gettext_lazy("%(actor)s linked this ticket to %(ticket)s."),
    (LinkKind.PARENT, True): gettext_lazy("%(actor)s added this ticket to the problem %(ticket)s."),
    (LinkKind.PARENT, False): gettext_lazy("%(actor)s added %(ticket)s to this problem."),
    (LinkKind.DUPLICATE, True): gettext_lazy(
        "%(actor)s marked this ticket as a duplicate of %(ticket)s."
    ),
    (LinkKind.DUPLICATE, False): gettext_lazy(
        "%(actor)s marked %(ticket)s as a duplicate of this ticket."
    ),
    (LinkKind.SPLIT, True): gettext_lazy("%(actor)s split this ticket from %(ticket)s."),
    (LinkKind.SPLIT, False): gettext_lazy("%(actor)s split %(ticket)s from this ticket."),
}


def describe_merged(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which ticket goes on for this one, and that the customer was told."""
    merged = _("%(actor)s merged this ticket into another one.")
    if facts.get("into"):
        merged = _("%(actor)s merged this ticket into %(ticket)s.")
    told = _("The customer was notified.") if facts.get("tells") else ""
    return join(merged % _name(actor, facts.get("into"), desk), told)


def describe_merged_in(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which ticket was merged into this one."""
    merged = _("%(actor)s merged another ticket into this one.")
    if facts.get("merged"):
        merged = _("%(actor)s merged %(ticket)s into this ticket.")
    return join(merged % _name(actor, facts.get("merged"), desk), describe_state(facts, desk))


def describe_merge_undone(actor: str, facts: Facts, desk: Desk) -> str:
    """Say that the ticket goes on by itself again."""
    undone = _("%(actor)s undid the merge into another ticket.")
    if facts.get("into"):
        undone = _("%(actor)s undid the merge into %(ticket)s.")
    return join(undone % _name(actor, facts.get("into"), desk), describe_state(facts, desk))


def describe_taken_out(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which ticket is no longer merged into this one."""
    undone = _("%(actor)s undid the merge of another ticket into this one.")
    if facts.get("merged"):
        undone = _("%(actor)s undid the merge of %(ticket)s into this ticket.")
    return undone % _name(actor, facts.get("merged"), desk)


def describe_linked(actor: str, facts: Facts, desk: Desk) -> str:
    """Say what the ticket was linked to, and as what."""
    sentence = LINKED[facts["kind"], facts["is_source"]]
    if not facts.get("other"):
        sentence = gettext_lazy("%(actor)s linked this ticket to another one.")
    return str(sentence) % _name(actor, facts.get("other"), desk)


def describe_unlinked(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which link was removed."""
    removed = _("%(actor)s removed the link to another ticket.")
    if facts.get("other"):
        removed = _("%(actor)s removed the link to %(ticket)s.")
    return removed % _name(actor, facts.get("other"), desk)


def _name(actor: str, number: int | None, desk: Desk) -> dict[str, str]:
    return {"actor": actor, "ticket": f"{desk.ticket_prefix}-{number}"}

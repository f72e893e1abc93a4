"""Merges of tickets, in sentences. A number is missing if the reader may not see that ticket."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.timeline.parts import Facts, describe_state, join


def describe_merged(actor: str, facts: Facts, desk: Desk) -> str:
    """Say which ticket goes on for this one, and that the customer was told."""
    merged = _("%(actor)s merged this ticket into another one.")
    if facts.get("into"):
        merged = _("%(actor)s merged this ticket into %(ticket)s.")
    told = _("The customer was told.") if facts.get("tells") else ""
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


def _name(actor: str, number: int | None, desk: Desk) -> dict[str, str]:
    return {"actor": actor, "ticket": f"{desk.ticket_prefix}-{number}"}

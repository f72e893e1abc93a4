"""Values of a desk's own fields that agents set, in sentences."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accounts.models import Desk
from tickets.fields.values import describe_value
from tickets.timeline.parts import Facts, join


def describe_fields_changed(actor: str, facts: Facts, desk: Desk) -> str:
    """Name each field with its values before and after."""
    return join(*(_describe(actor, one) for one in facts["fields"]))


def _describe(actor: str, one: dict[str, str]) -> str:
    kind = one.get("kind", "")
    named = {
        "actor": actor,
        "field": one["label"],
        "before": describe_value(kind, one["before"]) if one["before"] else "",
        "after": describe_value(kind, one["after"]) if one["after"] else "",
    }
    if not one["after"]:
        return _("%(actor)s cleared %(field)s, which was “%(before)s”.") % named
    if one["before"]:
        return _("%(actor)s changed %(field)s from “%(before)s” to “%(after)s”.") % named
    return _("%(actor)s set %(field)s to “%(after)s”.") % named

"""The history of a defect in sentences, in the reader's language. No query, no clock."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.dateparse import parse_date
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import Desk
from tickets.defects.updates.texts import get_stage_name
from tickets.models import (
    Defect,
    DefectEvent,
    DefectEventKind,
    FollowerRole,
    Severity,
    StageSetting,
)
from tickets.timeline.parts import describe_why, join

Facts = Mapping[str, Any]
Settings = Mapping[str, StageSetting]
MAX_FIELDS = 6  # named in one sentence
# Events of code hosts that moved a defect.
CAUSES: dict[str, Promise] = {
    "pull_request.opened": gettext_lazy(
        'The stage changed from "%(before)s" to "%(after)s" '
        "because pull request %(ref)s was opened."
    ),
    "pull_request.merged": gettext_lazy(
        'The stage changed from "%(before)s" to "%(after)s" '
        "because pull request %(ref)s was merged."
    ),
    "merge_request.opened": gettext_lazy(
        'The stage changed from "%(before)s" to "%(after)s" '
        "because merge request %(ref)s was opened."
    ),
    "merge_request.merged": gettext_lazy(
        'The stage changed from "%(before)s" to "%(after)s" '
        "because merge request %(ref)s was merged."
    ),
    "issue.closed": gettext_lazy(
        'The stage changed from "%(before)s" to "%(after)s" because issue %(ref)s was closed.'
    ),
    "release.published": gettext_lazy(
        'The stage changed from "%(before)s" to "%(after)s" because release %(ref)s was published.'
    ),
}


def describe_defect_event(event: DefectEvent, desk: Desk, settings: Settings) -> str:
    """Return what happened in sentences, with the actor, in the active language.

    settings: of the desk's stages (selectors.load_stage_settings). A kind that this version does
    not know is returned unchanged. The text of a note isn't part of its sentence.
    """
    describe = SENTENCES.get(event.kind)
    if describe is None:
        return event.kind
    actor = event.actor_name or str(event.get_actor_kind_display())
    return describe(actor, event.data, desk, settings)


def _describe_created(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    if number := facts.get("ticket"):
        return _("%(actor)s reported the defect from %(ticket)s.") % {
            "actor": actor,
            "ticket": _refer(desk, number),
        }
    return _("%(actor)s reported the defect.") % {"actor": actor}


def _describe_changed(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    said = [_describe_field(name, pair) for name, pair in facts["fields"].items()]
    listed = "; ".join(said[:MAX_FIELDS])
    sentence = _("%(actor)s changed the defect: %(fields)s.") % {"actor": actor, "fields": listed}
    left = len(said) - MAX_FIELDS
    if left <= 0:
        return sentence
    more = ngettext("And %(count)s more field.", "And %(count)s more fields.", left)
    return join(sentence, more % {"count": left})


def _describe_field(name: str, pair: list[str] | None) -> str:
    """Return a field's name, with its value before and after if it is a short one."""
    label = get_field_label(name)
    if pair is None:
        return label
    before, after = (_describe_value(name, value) for value in pair)
    return _("%(field)s from %(before)s to %(after)s") % {
        "field": label,
        "before": before or _("none"),
        "after": after or _("none"),
    }


def get_field_label(name: str) -> str:
    """Return the name of a defect's field for people."""
    field = Defect._meta.get_field(name)
    return str(capfirst(str(getattr(field, "verbose_name", name))))


def _describe_value(name: str, value: str) -> str:
    if name == "planned_on" and (day := parse_date(value)):
        return date_format(day, "DATE_FORMAT")
    return str(Severity(value).label) if name == "severity" and value in Severity else value


def _describe_moved(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    before, after = (get_stage_name(stage, settings.get(stage)) for stage in facts["stage"])
    cause, ref = facts.get("cause", ""), facts.get("ref", "")
    named = {"actor": actor, "before": before, "after": after, "cause": cause, "ref": ref}
    if cause in CAUSES and ref:
        moved = str(CAUSES[cause]) % named
    elif cause:
        moved = _('The stage changed from "%(before)s" to "%(after)s" because of %(cause)s.')
        moved = moved % named
    else:
        moved = _('%(actor)s changed the stage from "%(before)s" to "%(after)s".') % named
    return join(moved, describe_why(facts))


def _describe_linked(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    named = {"actor": actor, "ticket": _refer(desk, facts["ticket"])}
    return _("%(actor)s linked %(ticket)s.") % named


def _describe_unlinked(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    named = {"actor": actor, "ticket": _refer(desk, facts["ticket"])}
    return join(_("%(actor)s removed the link to %(ticket)s.") % named, describe_why(facts))


def _describe_released(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    named = {"actor": actor, "version": facts["version"], "line": facts.get("line", "")}
    if named["line"]:
        return _("%(actor)s added version %(version)s for %(line)s as a release of the fix.") % (
            named
        )
    return _("%(actor)s added version %(version)s as a release of the fix.") % named


def _describe_merged(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    named = {
        "actor": actor,
        "other": f"{desk.ticket_prefix}-D{facts['defect']}",
        "count": facts["tickets"],
    }
    if facts.get("is_original"):
        sentence = ngettext(
            "%(actor)s merged %(other)s into this defect, with %(count)s ticket.",
            "%(actor)s merged %(other)s into this defect, with %(count)s tickets.",
            named["count"],
        )
    else:
        sentence = ngettext(
            "%(actor)s merged this defect into %(other)s, with %(count)s ticket.",
            "%(actor)s merged this defect into %(other)s, with %(count)s tickets.",
            named["count"],
        )
    return sentence % named


def _describe_note(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    return _("%(actor)s added a note.") % {"actor": actor}


def _describe_published(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    if facts["is_published"]:
        return _("%(actor)s published the defect as a known issue.") % {"actor": actor}
    return _("%(actor)s took the known issue out of the portal.") % {"actor": actor}


def _describe_major(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    return ngettext(
        "The defect now affects %(accounts)s account: a significant impact on customers.",
        "The defect now affects %(accounts)s accounts: a significant impact on customers.",
        facts["accounts"],
    ) % {"accounts": facts["accounts"]}


def _describe_followed(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    role = facts["role"]
    named = {
        "actor": actor,
        "agent": facts["agent"],
        "role": FollowerRole(role).label if role in FollowerRole else role,
    }
    is_own = actor == facts["agent"]
    if not facts["is_following"]:
        if is_own:
            return _("%(actor)s no longer follows the defect.") % named
        return _("%(actor)s removed the follower %(agent)s.") % named
    if is_own:
        return _("%(actor)s follows the defect for %(role)s.") % named
    return _("%(actor)s added %(agent)s as a follower for %(role)s.") % named


def _refer(desk: Desk, number: int | None) -> str:
    """Return the reference of a ticket, or what stands for one that the reader may not see."""
    return f"{desk.ticket_prefix}-{number}" if number else _("a ticket")


def _describe_code(actor: str, facts: Facts, desk: Desk, settings: Settings) -> str:
    named = {"actor": actor, "ref": facts["ref"]}
    sentences: dict[str, str] = {
        "created": _("%(actor)s requested an issue in %(ref)s."),
        "linked": _("%(actor)s linked %(ref)s."),
        "mentioned": _("%(ref)s mentions the defect, so it was linked."),
        "unlinked": _("%(actor)s removed the link to %(ref)s."),
        "left": _("%(ref)s was created after its link had been removed. It exists unlinked."),
    }
    sentence = sentences.get(facts["what"])
    return sentence % named if sentence else str(facts["what"])


SENTENCES: dict[str, Callable[[str, Facts, Desk, Settings], str]] = {
    DefectEventKind.CREATED: _describe_created,
    DefectEventKind.CHANGED: _describe_changed,
    DefectEventKind.STAGE_MOVED: _describe_moved,
    DefectEventKind.LINKED: _describe_linked,
    DefectEventKind.UNLINKED: _describe_unlinked,
    DefectEventKind.RELEASED: _describe_released,
    DefectEventKind.MERGED: _describe_merged,
    DefectEventKind.NOTE: _describe_note,
    DefectEventKind.PUBLISHED: _describe_published,
    DefectEventKind.MAJOR: _describe_major,
    DefectEventKind.CODE: _describe_code,
    DefectEventKind.FOLLOWED: _describe_followed,
}

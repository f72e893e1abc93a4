"""The status of the fix for a ticket, in a sentence for its customer."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from django.db.models import Q
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tickets.defects.updates.news import find_release
from tickets.defects.updates.plans import Plan, find_plan
from tickets.models import Defect, DefectUpdate, Stage, Ticket

PLANNED_STAGES = (Stage.PLANNED, Stage.IN_PROGRESS, Stage.TESTED)
SENTENCES: dict[str, str | Promise] = {
    Stage.REPORTED: _("We reported a possible problem in the product to our engineers."),
    Stage.CONFIRMED: _("Our engineers confirmed a problem in the product."),
    Stage.PLANNED: _("A fix is planned."),
    Stage.IN_PROGRESS: _("Our engineers are working on a fix."),
    Stage.TESTED: _("The fix is ready and waiting for its release."),
    Stage.RELEASED: _("The fix is released."),
    Stage.VERIFIED: _("The fix is released."),
}


class Fix(NamedTuple):
    """Where the fix stands, or "". issue: the known issue that a customer can read, or None."""

    text: str = ""
    issue: Defect | None = None


def describe_fix(ticket: Ticket, *, today: date) -> Fix:
    """Return where the fix stands, as the customer was told last; empty if they weren't told.

    today: in the reader's time zone; a planned date that has passed is left out. No query for a
    ticket without defects.
    """
    update = find_last_update(ticket) if ticket.has_defects else None
    if update is None:
        return Fix()
    defect = update.defect.duplicate_of or update.defect
    text = describe_stage(defect, update.stage, ticket, today=today)
    return Fix(text, defect if defect.is_published else None)


def find_last_update(ticket: Ticket) -> DefectUpdate | None:
    """Return the last update that a ticket's customer got about a defect it is still linked to."""
    linked = Q(defect__links__ticket=ticket) | Q(defect__duplicate_of__links__ticket=ticket)
    told = DefectUpdate.objects.filter(linked, ticket=ticket).exclude(text="")
    with_defects = told.select_related("defect__duplicate_of")
    return with_defects.order_by("-pk").first()


def describe_stage(defect: Defect, stage: str, ticket: Ticket, *, today: date) -> str:
    """Return a sentence about a stage, with the version or date of the fix if there is one."""
    if stage in (Stage.RELEASED, Stage.VERIFIED):
        release = find_release(defect, ticket)
        if release is not None:
            return gettext("Fixed in version %(version)s.") % {"version": release.version}
    plan = find_plan(defect, ticket) if stage in PLANNED_STAGES else Plan()
    return describe_plan(plan, today=today) or str(SENTENCES.get(stage, ""))


def describe_plan(plan: Plan, *, today: date) -> str:
    """Return the planned version and date of a fix, or "" if there are none."""
    planned = plan.on if plan.on and plan.on >= today else None
    facts = {
        "version": plan.version,
        "date": date_format(planned, "DATE_FORMAT") if planned else "",
    }
    if facts["version"] and planned:
        return gettext("Fix planned for %(version)s, by %(date)s.") % facts
    if facts["version"]:
        return gettext("Fix planned for %(version)s.") % facts
    return gettext("Fix planned for %(date)s.") % facts if planned else ""

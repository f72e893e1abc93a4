"""Known issues in the portal: published defects, as customers may read them.

Only the public title and text, the product, the stage, the workaround, the plan and the versions
with the fix are ever shown; everything else about a defect is internal.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from accounts.models import Contact
from helpdesk.shared.components import Option
from helpdesk.shared.wording.fixes import PLANNED_STAGES, describe_plan
from helpdesk.shared.wording.linked_text import link_addresses
from helpdesk.shared.wording.times import format_full_date, format_title, to_iso
from tickets.access import tickets_for_contact
from tickets.defects.reporting import can_report_with, list_withdrawable
from tickets.defects.stages import RELEASED
from tickets.defects.updates.plans import Plan, get_whole_plan
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import get_stage_name
from tickets.models import Defect, StageSetting, State, Ticket

MAX_OFFERED = 20  # open requests to choose from; newest first


@dataclass(frozen=True, slots=True)
class IssueRow:
    """A known issue in the list (templates/portal/known_issues.html)."""

    url: str
    title: str
    product: str
    stage: str
    fix: str
    updated_iso: str
    updated_text: str
    updated_title: str


@dataclass(frozen=True, slots=True)
class Version:
    """A version with the fix. line: the product line that it is for, "" for all."""

    version: str
    line: str
    url: str


@dataclass(frozen=True, slots=True)
class ReportedIn:
    """A request that is linked to a known issue. withdraw_url: "" if an agent linked it."""

    url: str
    label: str
    number: int
    withdraw_url: str


@dataclass(frozen=True, slots=True)
class IssuePage:
    """A known issue on its own page. reported_in: the reader's requests that are linked to it.

    can_report: False, too, while an open request of theirs is linked.
    """

    number: int
    row: IssueRow
    text: SafeString
    workaround: SafeString
    versions: tuple[Version, ...]
    reported_in: tuple[ReportedIn, ...]
    can_report: bool
    choices: tuple[Option, ...]


def describe_issues(defects: Sequence[Defect], desk_id: int) -> list[IssueRow]:
    """Return the rows of the list. One query for the names of the stages."""
    names, today = load_stage_settings(desk_id), localdate()
    return [_describe(defect, names, today=today) for defect in defects]


def _describe(defect: Defect, names: Mapping[str, StageSetting], *, today: date) -> IssueRow:
    is_planned = defect.stage in PLANNED_STAGES
    return IssueRow(
        url=reverse("portal:known_issue", args=[defect.number]),
        title=defect.localized_title,
        product=defect.product.name if defect.product else "",
        stage=get_stage_name(defect.stage, names.get(defect.stage)),
        fix=describe_plan(_get_plan(defect), today=today) if is_planned else "",
        updated_iso=to_iso(defect.updated_at),
        updated_text=format_full_date(defect.updated_at),
        updated_title=format_title(defect.updated_at),
    )


def _get_plan(defect: Defect) -> Plan:
    """Return the plan of a known issue; its version with the product line, as all may read it."""
    plan, line = get_whole_plan(defect), defect.planned_line
    return plan._replace(version=f"{plan.version} ({line.name})") if plan.version and line else plan


def describe_issue(defect: Defect, contact: Contact, *, can_report: bool) -> IssuePage:
    """Return the page of a known issue, with the reader's open requests to report it in."""
    found = tickets_for_contact(contact).filter(defect_links__defect=defect)
    linked = list(found.order_by("-pk"))
    is_reported = any(can_report_with(contact, ticket) for ticket in linked)
    is_offered = can_report and not is_reported
    open_tickets = list_open_tickets(contact, defect) if is_offered else ()
    return IssuePage(
        number=defect.number,
        row=_describe(defect, load_stage_settings(defect.desk_id), today=localdate()),
        text=link_addresses(defect.localized_text),
        workaround=link_addresses(defect.workaround),
        versions=_list_versions(defect),
        reported_in=_list_reported(contact, defect, linked),
        can_report=is_offered,
        choices=_list_options(open_tickets),
    )


def _list_reported(
    contact: Contact, defect: Defect, linked: Sequence[Ticket]
) -> tuple[ReportedIn, ...]:
    withdrawable = list_withdrawable(contact, defect, linked)
    withdraw_url = reverse("portal:known_issue_withdrawal", args=[defect.number])
    return tuple(
        ReportedIn(
            url=reverse("portal:ticket", args=[ticket.number]),
            label=_label(ticket),
            number=ticket.number,
            withdraw_url=withdraw_url if ticket.pk in withdrawable else "",
        )
        for ticket in linked
    )


def _list_versions(defect: Defect) -> tuple[Version, ...]:
    """Return the versions with the fix; none if the fix was moved back or withdrawn since."""
    if defect.stage not in RELEASED:
        return ()
    return tuple(
        Version(
            version=release.version,
            line=release.line.name if release.line else _("All product lines"),
            url=release.url,
        )
        for release in defect.releases.select_related("line")
    )


def list_open_tickets(contact: Contact, defect: Defect) -> list[Ticket]:
    """Return the newest open requests that the contact can report a known issue with."""
    mine = Q(contact=contact)
    if contact.account_id is not None:
        mine |= Q(account=contact.account_id)
    visible: QuerySet[Ticket] = tickets_for_contact(contact).filter(mine)
    unlinked = visible.exclude(status=State.CLOSED).exclude(defect_links__defect=defect)
    newest = unlinked.order_by("-pk")[:MAX_OFFERED]
    return [ticket for ticket in newest if can_report_with(contact, ticket)]


def _list_options(tickets: Iterable[Ticket]) -> tuple[Option, ...]:
    return tuple(Option(str(ticket.number), _label(ticket)) for ticket in tickets)


def _label(ticket: Ticket) -> str:
    return f"{ticket.reference} {ticket.subject}"

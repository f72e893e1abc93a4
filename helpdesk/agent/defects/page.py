"""The page of a defect: a fixed number of statements, however many tickets it has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby
from typing import Any

from django.db.models import Count
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from helpdesk.agent.defects.components import (
    DefectAction,
    DefectHeader,
    FollowerLine,
    PlanAccounts,
    ReleaseLine,
)
from helpdesk.agent.defects.history import read_entries
from helpdesk.agent.defects.linked_tickets import read_tickets
from helpdesk.agent.defects.previews import describe_waiting
from helpdesk.agent.defects.ranks import SEVERITY_TONES, describe_rank, describe_stage
from helpdesk.agent.help.cards import HelpLine, describe_help_line
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, format_title
from tickets.defects.stages import PATH, RELEASED, list_next_stages
from tickets.defects.timeline import get_field_label
from tickets.defects.updates.texts import get_stage_name
from tickets.defects.updates.waiting import count_waiting
from tickets.help_requests.access import list_requests_for_agent
from tickets.models import RECORD_FIELDS, Defect, DefectLink, Severity, Stage, StageSetting
from tickets.rules.visibility import TicketVisibility

MAX_ACCOUNTS = 100
MAX_HELP = 10
Settings = Mapping[str, StageSetting]


def describe_header(defect: Defect, settings: Settings, *, now: datetime) -> DefectHeader:
    """Return the title of a defect's page. Reads defect.duplicate_of."""
    original = defect.duplicate_of
    return DefectHeader(
        key=defect.key,
        title=defect.title,
        stage=describe_stage(defect.stage, settings.get(defect.stage)),
        since=_("In this stage since %(time)s") % {"time": format_ago(defect.stage_since, now=now)},
        since_title=format_title(defect.stage_since),
        severity=defect.get_severity_display(),
        severity_tone=SEVERITY_TONES.get(Severity(defect.severity), ""),
        is_published=defect.is_published,
        original_key=f"{defect.desk.ticket_prefix}-D{original.number}" if original else "",
        original_url=get_url("agent:defect", original.number) if original else "",
    )


def list_actions(
    defect: Defect, agent: Agent, settings: Settings, *, is_awaited: bool = False
) -> dict[str, Any]:
    """Return the forms that an agent can open: the next stage, other stages, and the rest.

    is_awaited: customers on another product line wait for its release, so that comes first.
    """
    if not agent.can_write:
        return {"next_action": None, "stage_groups": (), "actions": ()}
    now = Stage(defect.stage)
    first = Stage.RELEASED if is_awaited else find_next_stage(now)
    groups = [
        tuple(_link_stage(defect, one, settings) for one in stages)
        for stages in _group_stages(now, first)
    ]
    return {
        "next_action": _link_next(defect, first, settings) if first else None,
        "stage_groups": tuple(filter(None, groups)),
        "actions": _list_forms(defect),
    }


def _group_stages(now: Stage, first: Stage | None) -> tuple[list[Stage], ...]:
    """Return the stages but the next one: further on, back, and ends without a fix."""
    others = [stage for stage in list_next_stages(now) if stage != first]
    reached = PATH.index(now) if now in PATH else len(PATH)
    on_path = [stage for stage in others if stage in PATH]
    return (
        [stage for stage in on_path if PATH.index(stage) > reached],
        [stage for stage in on_path if PATH.index(stage) < reached],
        [stage for stage in others if stage not in PATH],
    )


def find_next_stage(stage: Stage) -> Stage | None:
    """Return the stage that comes next on the way to the fix, or None at its end."""
    place = PATH.index(stage) + 1 if stage in PATH else len(PATH)
    return PATH[place] if place < len(PATH) else None


def _link_next(defect: Defect, stage: Stage, settings: Settings) -> DefectAction:
    link = _link_stage(defect, stage, settings)
    if stage == Stage.RELEASED and defect.stage in RELEASED:  # another line waits for its own
        return replace(link, label=_("Add a release"), icon="rocket-launch")
    return replace(link, label=_('Move to "%(stage)s"') % {"stage": link.label})


def _link_stage(defect: Defect, stage: Stage, settings: Settings) -> DefectAction:
    view = "defect_release" if stage == Stage.RELEASED else "defect_stage"
    query = None if stage == Stage.RELEASED else {"stage": stage.value}
    return DefectAction(
        url=get_url(f"agent:{view}", defect.number, query=query),
        label=get_stage_name(stage, settings.get(stage)),
        icon="arrow-right",
        keys="m",
    )


def _list_forms(defect: Defect) -> tuple[DefectAction, ...]:
    forms = [("defect_edit", _("Edit defect"), "pencil", "e")]
    if defect.stage != Stage.DUPLICATE:
        published = _("Edit known issue") if defect.is_published else _("Publish as known issue")
        forms += [
            ("defect_release", _("Add a release"), "rocket-launch", ""),
            ("defect_publication", published, "globe-alt", ""),
            ("defect_merge", _("Merge into another defect"), "arrows-pointing-in", ""),
        ]
    links = [
        DefectAction(get_url(f"agent:{view}", defect.number), label, icon, keys=keys)
        for view, label, icon, keys in forms
    ]
    url = get_url("agent:new_ticket", query={"defect": defect.pk})
    return (*links, DefectAction(url, _("New ticket"), "plus"))


def list_facts(defect: Defect) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return a defect's facts, plan and troubleshooting record, as (label, text)."""
    planned_on = date_format(defect.planned_on, "DATE_FORMAT") if defect.planned_on else ""
    return {
        "facts": _label(
            owner=str(defect.owner or _("Nobody yet")),
            product=str(defect.product or ""),
            affected_versions=defect.affected_versions,
            created_by=str(defect.created_by or ""),
        ),
        "plan": _label(
            plan_text=defect.plan_text,
            planned_version=defect.planned_version,
            planned_line=str(defect.planned_line or ""),
            planned_on=planned_on,
            workaround=defect.workaround,
        ),
        "gathered": _label(**{name: _display(defect, name) for name in RECORD_FIELDS}),
    }


def _label(**values: str) -> tuple[tuple[str, str], ...]:
    return tuple((get_field_label(name), value) for name, value in values.items() if value)


def _display(defect: Defect, name: str) -> str:
    value: str = getattr(defect, name)
    choices = getattr(Defect._meta.get_field(name), "choices", None)
    return str(dict(choices).get(value, value)) if choices else value


def list_help(defect: Defect, agent: Agent, *, now: datetime) -> list[HelpLine]:
    """Return the newest requests for help about a defect that the agent sees. One statement."""
    asked = list_requests_for_agent(agent).filter(defect=defect).order_by("-pk")
    return [describe_help_line(each, now=now) for each in asked[:MAX_HELP]]


def list_plans(defect: Defect, agent: Agent) -> list[PlanAccounts]:
    """Return the accounts that a defect affects, by plan, the most tickets first. One statement.

    Accounts of which the agent sees no ticket are counted in the rank, and not named.
    """
    visible = TicketVisibility.for_agent(agent).as_q("ticket__")
    links = DefectLink.objects.filter(visible, defect=defect, ticket__account__isnull=False)
    columns = ("ticket__account__plan__name", "ticket__account", "ticket__account__name")
    order = ("ticket__account__plan__position", columns[0], "-tickets", columns[2])
    rows = links.values_list(*columns).annotate(tickets=Count("id")).order_by(*order)
    return [
        PlanAccounts(plan or _("No plan"), tuple(_count_tickets(row) for row in of_plan))
        for plan, of_plan in groupby(rows[:MAX_ACCOUNTS], key=lambda row: row[0])
    ]


def _count_tickets(row: Sequence[Any]) -> tuple[str, str, str]:
    _plan, account_id, name, tickets = row
    counted = ngettext("%(count)s ticket", "%(count)s tickets", tickets) % {"count": tickets}
    return get_url("agent:account", account_id), name, counted


def list_releases(defect: Defect, *, now: datetime) -> list[ReleaseLine]:
    """Return the versions with the fix. One statement."""
    return [
        ReleaseLine(
            version=release.version,
            line=release.line.name if release.line else _("All product lines"),
            url=release.url,
            when=format_ago(release.released_at, now=now),
        )
        for release in defect.releases.select_related("line")
    ]


def list_followers(defect: Defect, agent: Agent) -> dict[str, Any]:
    """Return the followers by role, and whether the agent is one. One statement."""
    found = list(defect.followers.select_related("agent").order_by("role", "agent__name"))
    lines = [
        FollowerLine(
            one.agent_id,
            one.agent.name,
            one.get_role_display(),
            is_removable=agent.can_write or one.agent_id == agent.pk,
        )
        for one in found
    ]
    return {"followers": lines, "is_following": any(one.agent_id == agent.pk for one in found)}


def describe_page(
    defect: Defect,
    agent: Agent,
    settings: Settings,
    *,
    now: datetime,
    is_whole: bool = False,
    before: int | None = None,
) -> dict[str, Any]:
    """Return the context of agent/defects/page.html, but for the forms on it."""
    waiting = count_waiting(defect)
    return {
        "defect": describe_header(defect, settings, now=now),
        "waiting": describe_waiting(waiting),
        "rank": describe_rank(defect, now=now) if defect.is_in_queue else None,
        **list_actions(defect, agent, settings, is_awaited=bool(waiting)),
        **list_facts(defect),
        **read_tickets(defect, agent, is_whole=is_whole, now=now),
        "help_lines": list_help(defect, agent, now=now),
        "plans": list_plans(defect, agent),
        "releases": list_releases(defect, now=now),
        **list_followers(defect, agent),
        **read_entries(defect, agent, settings, before=before),
    }

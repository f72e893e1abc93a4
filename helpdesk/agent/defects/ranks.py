"""The reasons for a defect's rank in the R&D queue, in words (M10, M19)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from helpdesk.agent.defects.components import RankCard, StageBadge
from helpdesk.agent.lists.rows import describe_deadline
from helpdesk.shared.wording.times import format_ago, format_datetime
from tickets.defects.ranks.ranking import (
    BREACHED,
    LATER,
    MAJOR_BONUS,
    WITHIN_A_DAY,
    WITHIN_THREE_DAYS,
)
from tickets.defects.updates.texts import get_stage_name
from tickets.models import Defect, Severity, Stage, StageSetting

STAGE_TONES = {
    Stage.CONFIRMED: "blue",
    Stage.PLANNED: "violet",
    Stage.IN_PROGRESS: "amber",
    Stage.TESTED: "green",
    Stage.RELEASED: "green",
    Stage.VERIFIED: "green",
}
SEVERITY_TONES = {Severity.CRITICAL: "red", Severity.MAJOR: "amber"}
DEADLINES = {
    BREACHED: gettext_lazy("a deadline has passed"),
    WITHIN_A_DAY: gettext_lazy("a deadline is due within a day"),
    WITHIN_THREE_DAYS: gettext_lazy("a deadline is due within three days"),
    LATER: gettext_lazy("no deadline is near"),
}


def describe_stage(stage: str, setting: StageSetting | None) -> StageBadge:
    """Return a stage by the desk's name for it."""
    return StageBadge(get_stage_name(stage, setting), STAGE_TONES.get(Stage(stage), ""))


def describe_rank(defect: Defect, *, now: datetime) -> RankCard:
    """Return why a defect has its rank. Reads defect.desk."""
    facts = defect.rank_facts
    is_major = bool(facts.get("is_major"))
    return RankCard(
        value=number_format(_get_value(facts), force_grouping=True) if "value" in facts else "",
        is_major=is_major,
        major_text=_describe_major(defect) if is_major else "",
        counts=_count_hits(defect),
        plans=tuple(
            f"{plan or _('No plan')}: {accounts}"
            for plan, accounts in facts.get("plans", {}).items()
        ),
        formula=_write_formula(defect, facts),
        due=describe_deadline(defect.oldest_due_at, None, has_ended=False, now=now),
        deadline=_describe_deadline(defect, now),
    )


def _describe_major(defect: Defect) -> str:
    return ngettext(
        "Significant impact: it affects at least %(count)s account, so it comes first.",
        "Significant impact: it affects at least %(count)s accounts, so it comes first.",
        defect.desk.major_impact,
    ) % {"count": defect.desk.major_impact}


def _count_hits(defect: Defect) -> tuple[str, ...]:
    accounts, users, tickets = defect.accounts_hit, defect.users_hit, defect.tickets_hit
    return (
        ngettext("%(count)s account", "%(count)s accounts", accounts) % {"count": accounts},
        ngettext("%(count)s contact", "%(count)s contacts", users) % {"count": users},
        ngettext("%(count)s open ticket", "%(count)s open tickets", tickets) % {"count": tickets},
    )


def _write_formula(defect: Defect, facts: dict[str, Any]) -> str:
    if "value" not in facts:
        return _("The rank is computed within a minute.")
    return _(
        "%(severity)s (%(points)s) × impact %(impact)s × %(promise)s (%(deadline)s) = %(rank)s"
    ) % {
        "severity": defect.get_severity_display(),
        "points": facts["severity"],
        "impact": number_format(facts["impact"], force_grouping=True),
        "promise": facts["promise"],
        "deadline": DEADLINES.get(facts["promise"], ""),
        "rank": number_format(_get_value(facts), force_grouping=True),
    }


def _get_value(facts: dict[str, Any]) -> int:
    """Return the product of the factors, without what puts a significant impact first."""
    value: int = facts["value"]
    return value - MAJOR_BONUS if facts["is_major"] else value


def _describe_deadline(defect: Defect, now: datetime) -> str:
    due_at = defect.oldest_due_at
    if due_at is None:
        return ""
    if due_at <= now:
        return _("Earliest deadline of its tickets: passed %(time)s") % {
            "time": format_ago(due_at, now=now)
        }
    return _("Earliest deadline of its tickets: %(time)s") % {"time": format_datetime(due_at)}

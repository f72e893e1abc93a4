"""The progress and the summary of a bulk change, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Agent
from helpdesk.shared.components import Component, Link
from helpdesk.shared.urls import get_url
from tickets.bulk.merging import BulkMerge
from tickets.bulk.starting import find_undo_problem
from tickets.bulk.summary import Refusal, Summary, summarize
from tickets.models import BulkJob


@dataclass(frozen=True, slots=True)
class RefusalLine(Component):
    """A reason why tickets were refused. tickets: links to the first of them."""

    reason: str
    count: str
    tickets: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressCard(Component):
    """A bulk change. url: where it is read again while it runs, "" once it is finished.

    status: a sentence. results: sentences of the summary. undo_url: "" if it can't be undone.
    """

    title: str
    url: str
    handled: int
    total: int
    status: str
    results: tuple[str, ...]
    refusals: tuple[RefusalLine, ...]
    undo_url: str = ""
    undo_note: str = ""


def describe_progress(job: BulkJob, agent: Agent) -> ProgressCard:
    """Return what a bulk change did so far."""
    summary, is_finished = summarize(job), job.finished_at is not None
    can_undo = is_finished and agent.can_write and find_undo_problem(job, agent) is None
    return ProgressCard(
        title=_describe_title(job),
        url="" if is_finished else get_url("agent:bulk_change", job.pk),
        handled=summary.handled,
        total=summary.total,
        status=_describe_status(summary, is_finished=is_finished),
        results=tuple(_list_results(job, summary)),
        refusals=tuple(_describe_refusal(each, job) for each in summary.refusals),
        undo_url=get_url("agent:bulk_undo", job.pk) if can_undo else "",
        undo_note=_("Notes stay, and so do changes that others have made since.")
        if can_undo
        else "",
    )


def _describe_title(job: BulkJob) -> str:
    if job.undo_of_id:
        return _("Undo of a bulk change")
    if job.sends_messages:
        return _("Message to the incidents of a problem")
    if BulkMerge.read(job):
        return _("Bulk merge")
    if job.macro:
        return _("Bulk macro: %(macro)s") % {"macro": job.macro}
    return _("Bulk change")


def _describe_status(summary: Summary, *, is_finished: bool) -> str:
    if is_finished:
        return _("Finished.")
    text = _(
        "Processed %(handled)s of %(total)s tickets. This keeps running if you leave the page."
    )
    return text % {"handled": f"{summary.handled:,}", "total": f"{summary.total:,}"}


def _count_done(job: BulkJob, count: int) -> str:
    if job.undo_of_id:
        text = ngettext("%(count)s ticket restored.", "%(count)s tickets restored.", count)
    elif job.sends_messages:
        text = ngettext("%(count)s incident notified.", "%(count)s incidents notified.", count)
    elif BulkMerge.read(job):
        text = ngettext("%(count)s ticket merged.", "%(count)s tickets merged.", count)
    else:
        text = ngettext("%(count)s ticket changed.", "%(count)s tickets changed.", count)
    return text % {"count": f"{count:,}"}


def _list_results(job: BulkJob, summary: Summary) -> list[str]:
    found = [_count_done(job, summary.done)]
    if summary.unchanged:
        text = ngettext(
            "%(count)s ticket needed no change.",
            "%(count)s tickets needed no change.",
            summary.unchanged,
        )
        found.append(text % {"count": f"{summary.unchanged:,}"})
    if summary.other:
        text = ngettext(
            "%(count)s ticket couldn't be changed for another reason.",
            "%(count)s tickets couldn't be changed for other reasons.",
            summary.other,
        )
        found.append(text % {"count": f"{summary.other:,}"})
    return found


def _describe_refusal(refusal: Refusal, job: BulkJob) -> RefusalLine:
    text = ngettext("%(count)s ticket", "%(count)s tickets", refusal.count)
    return RefusalLine(
        reason=refusal.reason,
        count=text % {"count": f"{refusal.count:,}"},
        tickets=tuple(
            Link(get_url("agent:ticket", number), f"{job.desk.ticket_prefix}-{number}")
            for number in refusal.numbers
        ),
    )

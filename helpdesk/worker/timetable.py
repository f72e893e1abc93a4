"""Every periodic job. Each finds its work in PostgreSQL and can safely run twice at once.

Each is queued at most once at a time (helpdesk/worker/beat.py).
"""

from __future__ import annotations

from typing import Any, NamedTuple

from celery.schedules import schedule
from kombu import Exchange
from kombu import Queue as BrokerQueue

from tickets.queueing import Queue, TaskName

CLOCKS, INTERACTIVE, INBOUND, BULK, WEBHOOKS = Queue


class Job(NamedTuple):
    """A periodic job. period: in seconds."""

    purpose: str
    task: TaskName
    period: int


SOON, MINUTE, QUARTER, HOUR = 20, 60, 900, 3600  # seconds

TIMETABLE = [
    Job(purpose, TaskName(task, queue=queue), period)
    for purpose, task, queue, period in [
        ("mark breached SLA clocks", "sla.tasks.mark_breached_clocks", CLOCKS, SOON),
        ("warn about SLA clocks due soon", "sla.tasks.warn_of_due_clocks", CLOCKS, SOON),
        ("take steps of escalation ladders", "sla.tasks.take_ladder_steps", CLOCKS, SOON),
        ("assign waiting tickets", "routing.tasks.sweep_unassigned_tickets", CLOCKS, MINUTE),
        ("offer tickets to the next agent", "routing.tasks.sweep_offers", CLOCKS, SOON),
        ("hand tickets over and back", "routing.tasks.sweep_handovers", CLOCKS, MINUTE),
        ("report missing agents", "routing.tasks.report_missing_agents", CLOCKS, MINUTE),
        (
            "report agents missing at the hotline",
            "helpdesk.tasks.report_disconnected_agents",
            CLOCKS,
            MINUTE,
        ),
        ("remind silent customers", "tickets.tasks.remind_silent_customers", CLOCKS, MINUTE),
        ("close silent tickets", "tickets.tasks.close_silent_tickets", CLOCKS, MINUTE),
        ("end holds", "tickets.tasks.end_holds", CLOCKS, MINUTE),
        ("warn of requests for help", "tickets.tasks.warn_of_help_requests", CLOCKS, MINUTE),
        ("remind of escalated accounts", "tickets.tasks.remind_of_escalations", CLOCKS, MINUTE),
        ("deliver events to followers", "tickets.tasks.sweep_undelivered", INTERACTIVE, MINUTE),
        ("send held-back replies", "tickets.tasks.sweep_pending_replies", INTERACTIVE, SOON),
        ("send replies that are due", "channels_intake.tasks.sweep_unsent", INTERACTIVE, MINUTE),
        ("send urgent calls", "channels_intake.tasks.sweep_urgent_calls", INTERACTIVE, SOON),
        ("email notifications", "helpdesk.tasks.email_notifications", INTERACTIVE, SOON),
        ("send notifications to devices", "helpdesk.tasks.push_notifications", INTERACTIVE, SOON),
        (
            "send notifications to team chats",
            "helpdesk.tasks.chat_notifications",
            INTERACTIVE,
            SOON,
        ),
        ("email daily summaries", "helpdesk.tasks.email_digests", BULK, QUARTER),
        ("post standups to team chats", "helpdesk.tasks.post_standups", INTERACTIVE, MINUTE),
        ("process stored email", "channels_intake.tasks.sweep_unread", INBOUND, SOON),
        ("process events of code hosts", "channels_intake.tasks.sweep_code_events", INBOUND, SOON),
        ("process events of channels", "channels_intake.tasks.sweep_channel_events", INBOUND, SOON),
        ("ask channels for news", "channels_intake.tasks.poll_channels", INBOUND, MINUTE),
        ("process events of pagers", "channels_intake.tasks.sweep_page_events", INTERACTIVE, SOON),
        ("send automatic email", "channels_intake.tasks.sweep_automatic_mail", BULK, MINUTE),
        ("send calls to other systems", "channels_intake.tasks.sweep_calls", BULK, SOON),
        ("send webhooks", "tickets.webhooks.tasks.sweep_webhooks", WEBHOOKS, SOON),
        ("find fixes in releases", "channels_intake.tasks.sweep_code_releases", BULK, MINUTE),
        ("run bulk changes of tickets", "tickets.tasks.run_bulk_changes", BULK, MINUTE),
        ("run imports from other help desks", "tickets.tasks.run_imports", BULK, MINUTE),
        ("delete leftovers of imports", "tickets.tasks.sweep_old_imports", BULK, HOUR),
        ("apply changed account terms", "tickets.tasks.sweep_new_terms", BULK, MINUTE),
        ("apply changed SLA settings", "sla.tasks.apply_replans", BULK, MINUTE),
        ("work on dry runs of routing rules", "routing.tasks.work_on_dry_runs", BULK, MINUTE),
        (
            "tell admins of failing channels",
            "channels_intake.tasks.tell_of_channel_problems",
            BULK,
            MINUTE,
        ),
        (
            "tell admins of a failing mail server",
            "channels_intake.tasks.tell_of_mail_outages",
            BULK,
            MINUTE,
        ),
        ("tell customers about defects", "tickets.tasks.sweep_defect_updates", BULK, MINUTE),
        ("rank defects", "tickets.tasks.sweep_defect_ranks", BULK, MINUTE),
        ("find defects without an owner", "tickets.tasks.sweep_defect_owners", BULK, MINUTE),
        ("rank defects due soon", "tickets.tasks.rank_urgent_defects", BULK, QUARTER),
        ("make previews of images", "tickets.tasks.sweep_previews", BULK, MINUTE),
        ("read support packets", "tickets.tasks.sweep_packets", BULK, MINUTE),
        ("refresh search documents", "tickets.tasks.refresh_search", BULK, MINUTE),
        ("refresh search of defects", "tickets.tasks.refresh_defect_search", BULK, MINUTE),
        ("pull changes from the CRM", "accounts.tasks.pull_crm", BULK, QUARTER),
        ("warn of ending holidays", "helpdesk.tasks.warn_admins_of_ending_holidays", BULK, HOUR),
        ("refresh holidays", "sla.tasks.refresh_holidays", BULK, HOUR),
        ("delete expired rows", "helpdesk.tasks.delete_expired", BULK, QUARTER),
        ("tidy files", "helpdesk.tasks.tidy_files", BULK, QUARTER),
        ("plan on-call turns", "routing.tasks.plan_on_call", BULK, HOUR),
        ("warn of gaps in on-call rotas", "sla.tasks.warn_of_on_call_gaps", BULK, HOUR),
        ("delete old absences and turns", "routing.tasks.sweep_old_schedules", BULK, HOUR),
        ("archive deliveries by month", "tickets.tasks.keep_delivery_archive", BULK, HOUR),
        ("delete old sources of email", "channels_intake.tasks.sweep_old_sources", BULK, HOUR),
        ("delete old calls", "channels_intake.tasks.sweep_old_calls", BULK, HOUR),
        ("delete old code events", "channels_intake.tasks.sweep_old_code_events", BULK, HOUR),
        ("delete old channel events", "channels_intake.tasks.sweep_old_channel_events", BULK, HOUR),
        ("delete old page events", "channels_intake.tasks.sweep_old_page_events", BULK, HOUR),
        ("delete old notifications", "tickets.tasks.sweep_old_notifications", BULK, HOUR),
        ("delete old bulk changes", "tickets.tasks.sweep_old_bulk_changes", BULK, HOUR),
        ("delete files of closed tickets", "tickets.tasks.sweep_closed_files", BULK, HOUR),
        ("delete old drafts", "tickets.tasks.sweep_old_drafts", BULK, HOUR),
        ("delete old CRM pulls", "helpdesk.tasks.sweep_old_pulls", BULK, HOUR),
        ("delete old webhooks", "tickets.webhooks.tasks.sweep_old_webhooks", BULK, HOUR),
        ("delete old form tokens", "tickets.tasks.sweep_old_forms", BULK, HOUR),
    ]
]
JOBS = {job.purpose: job.task for job in TIMETABLE}


def build_schedule() -> dict[str, dict[str, Any]]:
    """Return the timetable as Celery's setting ``beat_schedule``."""
    return {
        job.purpose: {
            "task": str(job.task),
            "schedule": schedule(job.period),
            "options": {"queue": job.task.queue.value},
        }
        for job in TIMETABLE
    }


def declare_queues() -> list[BrokerQueue]:
    """Return the broker's queues, one for each class. A worker serves all of them by default."""
    return [BrokerQueue(queue.value, Exchange(queue.value), queue.value) for queue in Queue]

"""Tasks: they take IDs, enter the desk, call one service, and are safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from accounts.sweeps import SLICE_SECONDS, take_turns
from accounts.tenancy import in_desk
from tickets.attachments import packets, previews
from tickets.attention.reminding import list_due_escalations, remind_of_updates
from tickets.bulk.running import KEPT as BULK_KEPT
from tickets.bulk.running import delete_old_jobs, run_bulk_jobs
from tickets.defects.marks import list_marks
from tickets.defects.owning import list_stranded_defects, take_stranded_defects
from tickets.defects.ranks.impact import SOON, mark_defects_due_soon, rank_stale_defects
from tickets.defects.search.documents import refresh_documents
from tickets.defects.updates.sending import tell_customers
from tickets.deliveries import deliver, deliver_due
from tickets.deliveries.archive import keep_archive
from tickets.exchange.running import run_imports as run_slices
from tickets.exchange.runs import delete_leftovers
from tickets.help_requests.warning import warn_of_requests
from tickets.models import (
    IN_QUEUE,
    BulkJob,
    Defect,
    DefectDocument,
    DefectWork,
    DeliveryState,
    Draft,
    EventDelivery,
    HelpRequest,
    ImportRun,
    ImportState,
    NewTerms,
    QueueRow,
    SearchRefresh,
)
from tickets.notifications import delete_old_notifications, list_old_notifications
from tickets.queueing import requeue
from tickets.replies.sending import list_due_replies, send_due_replies, send_if_due
from tickets.search.documents import refresh
from tickets.services import close_silent, end_due_holds, remind_silent
from tickets.services.closed_files import delete_expired_files, list_expired_files
from tickets.services.drafts import KEPT, delete_old_drafts
from tickets.services.retention import delete_old_forms, list_old_forms
from tickets.services.terms import apply_new_terms
from tickets.sweeping import sweep_due
from tickets.webhooks import tasks as webhook_tasks  # noqa: F401 (registers them)


@shared_task
@in_desk
def deliver_events(*, desk_id: int, event_ids: list[int]) -> int:
    """Deliver these events to their LATER followers."""
    return deliver(event_ids=event_ids, at=timezone.now())


@shared_task
@in_desk
def deliver_all_of_desk(*, desk_id: int) -> int:
    """Deliver all due events of a desk in slices, so that other desks get turns in between."""
    done, is_left = take_turns(
        [desk_id],
        lambda _: deliver_due(desk_id=desk_id, at=timezone.now()),
        seconds=SLICE_SECONDS,
    )
    if is_left:
        requeue(desk_id=desk_id)
    return done


@shared_task
def sweep_undelivered() -> int:
    """Deliver due events whose task was lost, died or failed."""
    return sweep_due(
        "find undelivered events",
        lambda now: EventDelivery.objects.filter(state=DeliveryState.DUE, next_try_at__lte=now),
        deliver_due,
        by="next_try_at",
    )


@shared_task
@in_desk
def send_pending_reply(*, desk_id: int, reply_id: int) -> bool:
    """Send a reply whose time to undo it is over."""
    return send_if_due(reply_id=reply_id, at=timezone.now())


@shared_task
def sweep_pending_replies() -> int:
    """Send scheduled replies that are due, and those whose task was lost."""
    return sweep_due("find replies that are due", list_due_replies, send_due_replies, by="send_at")


@shared_task
def close_silent_tickets() -> int:
    """Close tickets whose customer didn't reply in time (M17, M110)."""
    return sweep_due(
        "find silent tickets",
        lambda now: QueueRow.objects.filter(close_at__lte=now),
        close_silent,
        by="close_at",
    )


@shared_task
def end_holds() -> int:
    """End holds whose time has come."""
    return sweep_due(
        "find holds to end",
        lambda now: QueueRow.objects.filter(hold_until__lte=now),
        end_due_holds,
        by="hold_until",
    )


@shared_task
def remind_silent_customers() -> int:
    """Remind customers before their ticket closes."""
    return sweep_due(
        "find customers to remind",
        lambda now: QueueRow.objects.filter(remind_at__lte=now),
        remind_silent,
        by="remind_at",
    )


@shared_task
def sweep_previews() -> int:
    """Make previews of images. Also queued when a file arrives."""
    return sweep_due(
        "find images without a preview",
        lambda now: previews.list_due_previews().filter(preview_due_at__lte=now),
        previews.make_due_preview,
        by="preview_due_at",
    )


@shared_task
def sweep_packets() -> int:
    """Read support packets. Also queued when an archive arrives."""
    return sweep_due(
        "find support packets that aren't read",
        lambda now: packets.list_due_packets().filter(packet_due_at__lte=now),
        packets.read_due_packet,
        by="packet_due_at",
    )


@shared_task
def sweep_new_terms() -> int:
    """Apply new terms of accounts to tickets (M36, M50). Also queued when terms change."""
    return sweep_due("find accounts with new terms", NewTerms.objects.all(), apply_new_terms)


@shared_task
def warn_of_help_requests() -> int:
    """Warn engineering groups of questions whose answer is due soon or overdue."""
    return sweep_due(
        "find requests for help to warn of",
        lambda now: HelpRequest.objects.filter(warn_at__lte=now),
        warn_of_requests,
        by="warn_at",
    )


@shared_task
def remind_of_escalations() -> int:
    """Remind leads of escalated accounts that are due an update."""
    return sweep_due(
        "find escalated accounts due an update",
        list_due_escalations,
        remind_of_updates,
        by="next_update_at",
    )


@shared_task
def sweep_defect_updates() -> int:
    """Tell customers about the stages of defects (M98-M103). Also queued when a stage moves."""
    return sweep_due(
        "find defects with news for customers", list_marks(DefectWork.TELL), tell_customers
    )


@shared_task
def sweep_defect_ranks() -> int:
    """Rank defects whose tickets changed (M19). Also queued when a stage moves."""
    return sweep_due("find defects to rank", list_marks(DefectWork.RANK), rank_stale_defects)


@shared_task
def rank_urgent_defects() -> int:
    """Rank defects again whose earliest deadline is near: the rank rises as it comes closer."""
    return sweep_due(
        "find defects due soon",
        lambda now: Defect.objects.filter(IN_QUEUE, oldest_due_at__lte=now + SOON),
        mark_defects_due_soon,
        by="oldest_due_at",
    )


@shared_task
def sweep_defect_owners() -> int:
    """Take open defects from owners who were deactivated or made observers."""
    return sweep_due(
        "find defects whose owner left", list_stranded_defects(), take_stranded_defects
    )


@shared_task
def sweep_old_drafts() -> int:
    """Delete drafts that nobody changed for 30 days."""
    return sweep_due(
        "find old drafts",
        lambda now: Draft.objects.filter(updated_at__lt=now - KEPT),
        delete_old_drafts,
    )


@shared_task
def sweep_closed_files() -> int:
    """Delete files of tickets that have been closed for as long as their desk keeps them."""
    return sweep_due("find files of closed tickets", list_expired_files, delete_expired_files)


@shared_task
def run_bulk_changes() -> int:
    """Make changes of many tickets that agents asked for. Also queued when one is started."""
    return sweep_due(
        "find unfinished bulk changes",
        BulkJob.objects.filter(finished_at__isnull=True),
        run_bulk_jobs,
    )


@shared_task
def sweep_old_bulk_changes() -> int:
    """Delete bulk changes that are older than 30 days."""
    return sweep_due(
        "find old bulk changes",
        lambda now: BulkJob.objects.filter(created_at__lt=now - BULK_KEPT),
        delete_old_jobs,
    )


@shared_task
def run_imports() -> int:
    """Read and run imports from other help desks. Also queued when one is uploaded or started."""
    return sweep_due(
        "find unfinished imports",
        ImportRun.objects.filter(state__in=[ImportState.READING, ImportState.RUNNING]),
        run_slices,
    )


@shared_task
def sweep_old_imports() -> int:
    """Delete the files and staged records of imports that have ended, and old reports."""
    return sweep_due("find imports", ImportRun.objects.all(), delete_leftovers)


@shared_task
def sweep_old_notifications() -> int:
    """Delete read notifications that are older than their desk keeps them, in small batches."""
    return sweep_due("find old notifications", list_old_notifications, delete_old_notifications)


@shared_task
def sweep_old_forms() -> int:
    """Delete old tokens of submitted forms and API requests."""
    return sweep_due("find old form tokens", list_old_forms, delete_old_forms)


@shared_task
def keep_delivery_archive() -> None:
    """Create the archive's next partitions, and drop those that are too old by the settings."""
    keep_archive(kept=timedelta(days=settings.DELIVERIES_KEPT_DAYS), at=timezone.now())


@shared_task
def refresh_search() -> int:
    """Rebuild the search documents of tickets whose texts or names changed."""
    return sweep_due("find outdated search documents", SearchRefresh.objects.all(), refresh)


@shared_task
def refresh_defect_search() -> int:
    """Write the search documents of defects whose texts changed."""
    return sweep_due(
        "find outdated search documents of defects",
        DefectDocument.objects.filter(is_stale=True),
        refresh_documents,
    )

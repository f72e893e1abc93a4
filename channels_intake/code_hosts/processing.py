"""Processing of stored events: descriptions, links by mention, and moves by the desk's rules.

Events may arrive twice, late or in any order: a description older than the known one changes
nothing, but what it reports still counts if it is still so. A machine moves a defect forward only,
never one that a person has ended. What outsiders do in a public repository links and moves nothing.
"""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from urllib.parse import parse_qs

from django.db import transaction
from django.db.models import QuerySet

from accounts.failures import capture_failure, get_pause
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.code_hosts.changes import Change, Item, UnreadableEventError
from channels_intake.code_hosts.client import get_vendor
from channels_intake.code_hosts.links import (
    apply_item,
    link_mentions,
    list_links,
    lock_defects,
)
from channels_intake.code_hosts.members import is_member, must_ask
from channels_intake.code_hosts.mentions import has_mentions
from channels_intake.code_hosts.reasons import CodeReason
from channels_intake.code_hosts.releases import note_release, recheck_releases
from channels_intake.code_hosts.rules import move_by_rules
from channels_intake.models import (
    CodeEvent,
    CodeHost,
    CodeLink,
    CodeTrigger,
    EventState,
    LinkState,
)

BATCH = 50
SLICE_SECONDS = 20
FORM_FIELD = b"payload="
MAX_ATTEMPTS = 75  # about three days
SilentHosts = dict[int, CallLaterError]  # that don't answer now, by ID; they aren't asked again
# What a trigger reports. A late event counts while it is still so.
STATES: dict[str, str] = {
    CodeTrigger.PULL_OPENED: LinkState.OPEN,
    CodeTrigger.PULL_MERGED: LinkState.MERGED,
    CodeTrigger.ISSUE_CLOSED: LinkState.CLOSED,
}


def list_due_events(at: datetime) -> QuerySet[CodeEvent]:
    """Return stored events whose time has come. Those of a paused repository wait."""
    due = CodeEvent.objects.filter(state=EventState.RECEIVED, next_try_at__lte=at)
    return due.filter(host__is_paused=False)


def process_due_events(*, desk_id: int, at: datetime) -> int:
    """Process up to BATCH due events of a desk, in the order of their arrival. Return how many.

    It stops early while a host that is asked about them answers slowly.
    """
    until = time.monotonic() + SLICE_SECONDS
    due = list_due_events(at).filter(desk_id=desk_id).order_by("pk")
    ids = list(due.values_list("pk", flat=True)[:BATCH])
    silent: SilentHosts = {}
    for done, event_id in enumerate(ids):
        if time.monotonic() >= until:
            return done
        with capture_failure(
            lambda error, pk=event_id: _put_off(pk, error, at=at),  # type: ignore[misc] # a default
            event="code_event_failed",
            code_event=event_id,
        ):
            process_event(event_id, at=at, silent=silent)
    return len(ids)


def process_event(event_id: int, *, at: datetime, silent: SilentHosts) -> None:
    """Process one event, unless it is processed already or another worker has it."""
    try:
        is_theirs = _is_outsiders(event_id, at=at, silent=silent)
    except (CallLaterError, CallRefusedError) as error:
        seconds = error.seconds if isinstance(error, CallLaterError) else None
        _put_off(event_id, str(error), seconds=seconds, at=at)
        return
    with transaction.atomic():
        free = CodeEvent.objects.select_for_update(skip_locked=True, of=("self",))
        event = free.select_related("host__desk").filter(pk=event_id).first()
        if event is None or event.state != EventState.RECEIVED:
            return
        reason, data = _process(event, is_theirs=is_theirs, at=at)
        event.state = EventState.SET_ASIDE if reason else EventState.PROCESSED
        event.reason, event.reason_data = reason, data
        event.save(update_fields=["state", "reason", "reason_data"])


def _is_outsiders(event_id: int, *, at: datetime, silent: SilentHosts) -> bool:
    """Return True if an event links and moves nothing. Asks the host, outside of a transaction."""
    event = CodeEvent.objects.select_related("host__desk").filter(pk=event_id).first()
    try:
        change = _read(event) if event and event.state == EventState.RECEIVED else None
    except UnreadableEventError:
        change = None
    if event is None or change is None or _is_foreign(event.host, change):
        return False
    if not must_ask(event.host, change):
        return change.is_outsiders
    if error := silent.get(event.host_id):
        raise error
    try:
        return not is_member(event.host, change.actor or 0, at=at)
    except CallLaterError as error:
        if error.is_for_all:
            silent[event.host_id] = error
        raise


def _process(event: CodeEvent, *, is_theirs: bool, at: datetime) -> tuple[str, dict[str, str]]:
    """Apply an event. Return why it is set aside, with the parameters of the sentence, or ""."""
    try:
        change = _read(event)
    except UnreadableEventError:
        return CodeReason.UNREADABLE, {}
    if change is None:
        return CodeReason.UNKNOWN_EVENT, {}
    host = event.host
    if _is_foreign(host, change):
        return CodeReason.OTHER_REPOSITORY, {"repository": change.repository[:200]}
    if change.release:
        note_release(host, change.release, at=at)
    for commit in change.commits:
        link_mentions(host, commit.message, commit=commit, at=at)
    if change.item:
        return _apply_change(host, change, change.item, is_theirs=is_theirs, at=at)
    return "", {}


def _is_foreign(host: CodeHost, change: Change) -> bool:
    """Return True for an event of another repository. A greeting may name none."""
    says_something = bool(change.repository or change.item or change.release or change.commits)
    return says_something and change.repository.lower() != host.repository.lower()


def _read(event: CodeEvent) -> Change | None:
    try:
        payload = json.loads(_get_json(bytes(event.raw)))
    except (ValueError, RecursionError) as error:
        raise UnreadableEventError("json") from error
    if not isinstance(payload, dict):
        raise UnreadableEventError("object")
    change: Change | None = get_vendor(event.host).translate(event.name, payload)
    return change


def _get_json(raw: bytes) -> str | bytes:
    """Return the JSON of a body. GitHub sends it as a field of a form unless told otherwise."""
    if not raw.startswith(FORM_FIELD):
        return raw
    return parse_qs(raw.decode(), keep_blank_values=True)["payload"][0]


def _apply_change(
    host: CodeHost, change: Change, item: Item, *, is_theirs: bool, at: datetime
) -> tuple[str, dict[str, str]]:
    text = f"{item.title}\n{item.body}"
    if not is_theirs:
        link_mentions(host, text, item=item, at=at)
    lock_defects(host, item)
    links = list_links(host, item)
    if not links:
        sign = "pull request" if item.is_pull else "issue"
        is_named = is_theirs and has_mentions(text, host.desk.ticket_prefix)
        reason = CodeReason.OUTSIDER if is_named else CodeReason.UNKNOWN_ITEM
        return reason, {"item": f"{sign} {item.number}"}
    trigger = "" if is_theirs else change.trigger
    for link in links:
        is_new = apply_item(link, item)
        if trigger and (is_new or link.state == STATES.get(trigger)):
            _move(link, trigger, at=at)
    return "", {}


def _move(link: CodeLink, trigger: str, *, at: datetime) -> None:
    move_by_rules(link, trigger, at=at)
    if trigger == CodeTrigger.PULL_MERGED:
        recheck_releases(link, at=at)


def _put_off(event_id: int, error: str, *, at: datetime, seconds: int | None = None) -> None:
    """Try a failed event again later, and set it aside in the end."""
    event = CodeEvent.objects.get(pk=event_id)
    event.attempts += 1
    pause = get_pause(event.attempts)
    event.next_try_at = at + (pause if seconds is None else timedelta(seconds=seconds))
    event.reason, event.reason_data = CodeReason.FAILED, {"error": error[:300]}
    if event.attempts >= MAX_ATTEMPTS:
        event.state = EventState.SET_ASIDE
    event.save(update_fields=["attempts", "next_try_at", "reason", "reason_data", "state"])


def process_again(event_id: int, *, at: datetime) -> bool:
    """Queue an event that was set aside, to process it again. Return False if it wasn't."""
    aside = CodeEvent.objects.filter(pk=event_id, state=EventState.SET_ASIDE)
    return bool(aside.update(state=EventState.RECEIVED, attempts=0, next_try_at=at))

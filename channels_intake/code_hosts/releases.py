"""Contents of published releases: the fixes that customers can have now (M103).

A release lists no commits. Those between its tag and the tag before, of the same product line, come
from the host's compare API, page by page; without a tag before, all commits up to the tag. Requests
run outside of transactions, and are repeated until the host has answered.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.db import transaction
from django.db.models import QuerySet, Value
from django.db.models.functions import Greatest

from accounts.failures import PAUSES, capture_failure, get_pause
from channels_intake.calls.errors import CallLaterError, CallRefusedError
from channels_intake.code_hosts.changes import Published
from channels_intake.code_hosts.client import HostClient
from channels_intake.code_hosts.links import find_original
from channels_intake.code_hosts.rules import find_rule, is_forward
from channels_intake.models import (
    CodeHost,
    CodeLink,
    CodeRelease,
    CodeTrigger,
    LinkKind,
    LinkState,
    StageRule,
)
from tickets.actors import SYSTEM
from tickets.defects.moving import Release, add_release
from tickets.defects.stages import ENDED, PATH
from tickets.errors import ConflictError, InvalidValueError
from tickets.models import Defect, DefectEvent, DefectEventKind, Stage
from tickets.queueing import Queue, TaskName, queue_once_after_commit

log = structlog.get_logger(__name__)

CHECK = TaskName("channels_intake.tasks.check_code_releases", queue=Queue.BULK)
MAX_ATTEMPTS = 100  # about four days
MAX_RECHECKED = 10
CLAIM = timedelta(minutes=30)


def note_release(host: CodeHost, release: Published, *, at: datetime) -> None:
    """Store a published release, to compare its commits soon, or once a planned one is out.

    A repeated one changes nothing.
    """
    CodeRelease.objects.get_or_create(
        host=host,
        tag=release.tag[:200],
        defaults={
            "desk_id": host.desk_id,
            "url": release.url[:500],
            "is_public": release.is_public,
            "published_at": release.at,
            "next_try_at": max(at, release.at),
        },
    )
    queue_once_after_commit(CHECK, desk_id=host.desk_id)


def recheck_releases(link: CodeLink, *, at: datetime) -> None:
    """Compare releases again that came after a merge of which the host reported later.

    The first ones: a later release has only what is new since the one before it.
    """
    since = link.merged_at or at
    later = CodeRelease.objects.filter(host=link.host_id, published_at__gte=since)
    ids = list(later.order_by("published_at", "pk").values_list("pk", flat=True)[:MAX_RECHECKED])
    if CodeRelease.objects.filter(pk__in=ids).update(
        is_due=True, attempts=0, next_try_at=Greatest("published_at", Value(at))
    ):
        queue_once_after_commit(CHECK, desk_id=link.desk_id)


def list_due_releases(at: datetime) -> QuerySet[CodeRelease]:
    """Return releases whose commits must be compared now."""
    return CodeRelease.objects.filter(is_due=True, next_try_at__lte=at, host__is_paused=False)


def check_due_releases(*, desk_id: int, at: datetime) -> int:
    """Compare the due releases of a desk, the oldest first. Return how many."""
    due = list_due_releases(at).filter(desk_id=desk_id).order_by("published_at", "pk")
    releases = list(due.select_related("host")[:MAX_RECHECKED])
    for release in releases:
        if _claim(release, at=at):
            with capture_failure(
                partial(_put_off, release, wait=PAUSES[-1], at=at),
                event="code_release_failed",
                code_release=release.pk,
            ):
                check_release(release, at=at)
    return len(releases)


def _claim(release: CodeRelease, *, at: datetime) -> bool:
    """Claim a release until its requests must be over. Return False if another worker has it."""
    mine = CodeRelease.objects.filter(pk=release.pk, is_due=True, next_try_at=release.next_try_at)
    release.next_try_at = at + CLAIM
    return bool(mine.update(next_try_at=release.next_try_at))


def check_release(release: CodeRelease, *, at: datetime) -> None:
    """Add a release to the defects whose merged commits it contains."""
    rules = list(StageRule.objects.filter(host=release.host_id, trigger=CodeTrigger.RELEASED))
    rule = find_rule(rules, release.tag)
    links = list_merged(release.host) if rule else []
    try:
        wanted = {link.sha for link in links}
        found = _find_contained(release, rules, wanted, at=at) if links else set()
    except CallLaterError as error:
        pause = get_pause(release.attempts + 1)
        wait = pause if error.seconds is None else timedelta(seconds=error.seconds)
        _put_off(release, str(error), wait=wait, at=at)
        if error.is_for_all:
            _put_off_others(release, wait=wait, at=at)
        return
    except CallRefusedError as error:
        _finish(release, problem=str(error))
        return
    missing = [link for link in links if link.sha not in found]
    for defect, fixes in _group_by_original(link for link in links if link.sha in found):
        if rule and _is_fixed(release.host, defect, fixes, missing):
            _add_release(release, rule, defect.pk, at=at)
    _finish(release)


def list_merged(host: CodeHost) -> list[CodeLink]:
    """Return the links with a merged commit whose defects may still be released."""
    merged = CodeLink.objects.filter(host=host, state=LinkState.MERGED).exclude(sha="")
    ended = [stage for stage in ENDED if stage != Stage.DUPLICATE]  # its original may be open
    open_ones = merged.exclude(defect__stage__in=ended)
    return list(open_ones.select_related("defect").order_by("pk"))


def _group_by_original(links: Iterable[CodeLink]) -> list[tuple[Defect, list[CodeLink]]]:
    """Return the defects that are fixed by these links, each with its own ones."""
    grouped: dict[int, tuple[Defect, list[CodeLink]]] = {}
    for link in links:
        defect = find_original(link.defect)
        grouped.setdefault(defect.pk, (defect, []))[1].append(link)
    return list(grouped.values())


def _find_contained(
    release: CodeRelease, rules: list[StageRule], wanted: set[str], *, at: datetime
) -> set[str]:
    """Return which commits are new in a release. Stops at the page with the last of them."""
    found: set[str] = set()
    with HostClient(release.host, at) as client:
        vendor, repository = client.vendor, release.host.repository
        before = _find_tag_before(release, rules, client)
        path, params = (
            vendor.get_compare_path(repository, before, release.tag)
            if before
            else vendor.get_commits_path(repository, release.tag)
        )
        for page in client.list_pages(path, params):
            found |= wanted.intersection(vendor.read_commits(page))
            if found == wanted:
                break
    return found


def _find_tag_before(release: CodeRelease, rules: list[StageRule], client: HostClient) -> str:
    """Return the tag of the latest release before this one on the same line, or ""."""
    own = find_rule(rules, release.tag)
    path = client.vendor.get_releases_path(release.host.repository)
    known: Iterable[Published] = (
        each for page in client.list_pages(path, {}) for each in client.vendor.read_releases(page)
    )
    earlier = [
        each
        for each in known
        if each.tag != release.tag
        and each.at < release.published_at
        and find_rule(rules, each.tag) == own
    ]
    return max(earlier, key=lambda each: each.at).tag if earlier else ""


def _is_fixed(
    host: CodeHost, defect: Defect, fixes: list[CodeLink], missing: Iterable[CodeLink]
) -> bool:
    """Return True if a release has all of a fix, as far as the host and people say.

    fixes: what it contains. missing: what was merged, and is in an earlier or a later release.
    """
    ids = {defect.pk, *(link.defect_id for link in fixes)}
    rest = [link for link in missing if link.defect_id in ids]
    is_whole = not any(_came_later(link, fixes) for link in rest)
    return is_whole and not _has_open_pulls(host, ids) and not _was_set_back(defect, fixes)


def _came_later(link: CodeLink, fixes: list[CodeLink]) -> bool:
    """Return True if a merge came after all of these into their branch, as for a later release."""
    if link.kind != LinkKind.PULL or link.merged_at is None:
        return False
    before = [fix.merged_at for fix in fixes if fix.branch == link.branch and fix.merged_at]
    return bool(before) and link.merged_at > max(before)


def _has_open_pulls(host: CodeHost, defect_ids: Iterable[int]) -> bool:
    """Return True if a branch has a merged pull request, and another one still open.

    Without a merged one, commits only mention the defect, and any open one is the fix to come.
    """
    pulls = CodeLink.objects.filter(host=host, defect__in=defect_ids, kind=LinkKind.PULL)
    merged = {link.branch for link in pulls if link.state == LinkState.MERGED}
    opened = {link.branch for link in pulls if link.state == LinkState.OPEN}
    return bool(opened & merged) if merged else bool(opened)


def _was_set_back(defect: Defect, fixes: list[CodeLink]) -> bool:
    """Return True if a person set the defect back after its merges, which didn't fix it then."""
    last = max((link.merged_at for link in fixes if link.merged_at), default=None)
    if last is None or not is_forward(defect.stage, Stage.TESTED):
        return False
    moves = DefectEvent.objects.filter(defect=defect, kind=DefectEventKind.STAGE_MOVED, at__gt=last)
    steps = [event.data["stage"] for event in moves]
    return any(before in PATH and is_forward(after, before) for before, after in steps)


def _add_release(release: CodeRelease, rule: StageRule, defect_id: int, *, at: datetime) -> None:
    """Add a release to a defect that has none for its line yet; the first one stays."""
    with transaction.atomic():
        defect = Defect.objects.select_for_update(of=("self",), no_key=True).get(pk=defect_id)
        if defect.stage in ENDED or defect.releases.filter(line=rule.line).exists():
            return
        url = release.url if release.is_public else ""
        new = Release(version=release.tag[:60], url=url, page=release.url, line=rule.line)
        try:
            add_release(
                defect_id=defect_id, release=new, by=SYSTEM, at=at, cause=CodeTrigger.RELEASED
            )
        except (ConflictError, InvalidValueError) as error:  # or a line of another product
            log.info("code_release_conflict", defect=defect_id, error=str(error))


def _put_off(release: CodeRelease, why: str, *, wait: timedelta, at: datetime) -> None:
    attempts = release.attempts + 1
    _save(
        release,
        attempts=attempts,
        next_try_at=at + wait,
        problem=why[:500],
        is_due=attempts < MAX_ATTEMPTS,
    )


def _put_off_others(release: CodeRelease, *, wait: timedelta, at: datetime) -> None:
    """Let the other due releases of a host wait as long, such as until a rate limit ends."""
    due = CodeRelease.objects.filter(host=release.host_id, is_due=True, next_try_at__lte=at)
    due.update(next_try_at=at + wait)


def _finish(release: CodeRelease, *, problem: str = "") -> None:
    _save(release, is_due=False, problem=problem[:500])


def _save(release: CodeRelease, **values: Any) -> None:
    """Save the result of a check, unless a merge became known in between: then it is due again."""
    mine = CodeRelease.objects.filter(pk=release.pk, next_try_at=release.next_try_at)
    mine.update(**values)

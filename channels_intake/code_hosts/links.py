"""Links between defects and issues, pull requests or commits: their rows, and mentions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from channels_intake.code_hosts.changes import Commit, Item
from channels_intake.code_hosts.mentions import find_mark, find_mentions
from channels_intake.models import CodeHost, CodeLink, LinkKind, LinkState
from tickets.actors import SYSTEM, Actor
from tickets.defects.log import record_defect_event
from tickets.models import Defect, DefectEvent, DefectEventKind, Stage

MAX_LABELS = 20
MAX_MERGES = 10  # of defects into one another
SHOWN = [
    "title",
    "url",
    "state",
    "labels",
    "assignee",
    "branch",
    "sha",
    "merged_at",
    "seen_at",
]


def list_links(host: CodeHost, item: Item) -> list[CodeLink]:
    """Return the links of an issue or pull request, one for each defect, locked."""
    kind = LinkKind.PULL if item.is_pull else LinkKind.ISSUE
    found = CodeLink.objects.select_for_update(of=("self",)).filter(
        host=host, kind=kind, number=item.number
    )
    return list(found.select_related("host").order_by("pk"))


def lock_defects(host: CodeHost, item: Item) -> None:
    """Lock the defects that an item is linked to, which come before their links in the order."""
    kind = LinkKind.PULL if item.is_pull else LinkKind.ISSUE
    linked = CodeLink.objects.filter(host=host, kind=kind, number=item.number)
    pairs = linked.values_list("defect_id", "defect__duplicate_of_id")
    _lock({pk for pair in pairs for pk in pair if pk})


def _lock(defect_ids: Collection[int]) -> None:
    locked = Defect.objects.select_for_update(of=("self",), no_key=True)
    if defect_ids:
        list(locked.filter(pk__in=defect_ids).order_by("pk").values_list("pk"))


def count_links(host: CodeHost, item: Item) -> int:
    """Return how many defects an issue or pull request is linked to."""
    kind = LinkKind.PULL if item.is_pull else LinkKind.ISSUE
    return CodeLink.objects.filter(host=host, kind=kind, number=item.number).count()


def apply_item(link: CodeLink, item: Item) -> bool:
    """Save what a host says about a linked item. Return False for an older description."""
    if link.seen_at and item.at < link.seen_at:
        return False
    link.title, link.url, link.state = item.title[:300], item.url[:500], _get_state(item)
    link.labels, link.assignee = (
        [label[:60] for label in item.labels[:MAX_LABELS]],
        item.assignee[:100],
    )
    link.branch, link.sha, link.merged_at = item.branch[:200], item.sha[:64], item.merged_at
    link.seen_at = item.at
    link.save(update_fields=SHOWN)
    return True


def _get_state(item: Item) -> str:
    return item.state if item.state in {LinkState.OPEN, LinkState.MERGED} else LinkState.CLOSED


def link_mentions(
    host: CodeHost,
    text: str,
    *,
    at: datetime,
    item: Item | None = None,
    commit: Commit | None = None,
) -> None:
    """Link an item or a commit to the defects that its text mentions by key, or by a ticket.

    What a person unlinked stays unlinked, however often it mentions the defect, and so does an
    issue whose link was removed while it was created.
    """
    if item and _lost_its_link(host, item, text):
        return
    named: dict[str, Any] = {}
    if item:
        kind = LinkKind.PULL if item.is_pull else LinkKind.ISSUE
        named = {"kind": kind, "number": item.number, "url": item.url}
    elif commit and commit.sha:
        title = commit.message.split("\n", 1)[0]
        named = {"kind": LinkKind.COMMIT, "sha": commit.sha, "url": commit.url, "title": title}
    defects = list(_find_defects(host, text)) if named else []
    _lock({defect.pk for defect in defects})
    for defect in defects:
        if not _is_linked(defect, host, named) and not _was_unlinked(defect, host, named):
            add_link(defect, host, by=SYSTEM, at=at, **named)


def _lost_its_link(host: CodeHost, item: Item, text: str) -> bool:
    """Return True for an issue that was created for a link that is gone, and has no other one."""
    link_id = find_mark(text, host.desk_id)
    if link_id is None or CodeLink.objects.filter(pk=link_id).exists():
        return False
    return not count_links(host, item)


def list_links_of(defect: Defect) -> QuerySet[CodeLink]:
    """Return the links of a defect and of those that were merged into it."""
    return CodeLink.objects.filter(Q(defect=defect) | Q(defect__duplicate_of=defect))


def _is_linked(defect: Defect, host: CodeHost, named: dict[str, Any]) -> bool:
    """Return True if a defect has the link, or one that was merged into it."""
    key = "sha" if named["kind"] == LinkKind.COMMIT else "number"
    same = {"host": host, "kind": named["kind"], key: named[key]}
    return list_links_of(defect).filter(**same).exists()


def _was_unlinked(defect: Defect, host: CodeHost, named: dict[str, Any]) -> bool:
    one = CodeLink(
        host=host, kind=named["kind"], number=named.get("number"), sha=named.get("sha", "")
    )
    removed = {"data__what__in": ["unlinked", "left"], "data__ref": one.reference}
    return DefectEvent.objects.filter(defect=defect, kind=DefectEventKind.CODE, **removed).exists()


def _find_defects(host: CodeHost, text: str) -> Iterable[Defect]:
    named = find_mentions(text, host.desk.ticket_prefix)
    defects = Defect.objects.filter(desk_id=host.desk_id)
    by_key = defects.filter(number__in=named.defects) if named.defects else []
    tickets = {"links__ticket__number__in": named.tickets, "links__ticket__desk": host.desk_id}
    by_ticket = defects.filter(**tickets) if named.tickets else []
    found = [find_original(defect) for defect in [*by_key, *by_ticket]]
    return {defect.pk: defect for defect in found}.values()


def find_original(defect: Defect) -> Defect:
    """Return the defect that one was merged into, at the end of the chain, or the defect itself."""
    for _ in range(MAX_MERGES):
        if defect.stage != Stage.DUPLICATE or defect.duplicate_of_id is None:
            break
        defect = Defect.objects.get(pk=defect.duplicate_of_id)
    return defect


def add_link(
    defect: Defect,
    host: CodeHost,
    *,
    kind: LinkKind,
    by: Actor,
    at: datetime,
    number: int | None = None,
    sha: str = "",
    url: str = "",
    title: str = "",
) -> tuple[CodeLink, bool]:
    """Link an item or commit to a defect and record it. Return the link, and True if it is new."""
    key = {"sha": sha[:64]} if kind == LinkKind.COMMIT else {"number": number}
    link, is_new = CodeLink.objects.get_or_create(
        defect=defect,
        host=host,
        kind=kind,
        **key,
        defaults={
            "desk_id": defect.desk_id,
            "url": url[:500],
            "title": title[:300],
            "state": LinkState.MERGED if kind == LinkKind.COMMIT else LinkState.OPEN,
            "merged_at": at if kind == LinkKind.COMMIT else None,
            "created_at": at,
            "created_by_id": by.id if by != SYSTEM else None,
        },
    )
    if is_new:
        record_link(link, "mentioned" if by == SYSTEM else "linked", by=by, at=at)
    return link, is_new


def record_link(link: CodeLink, what: str, *, by: Actor, at: datetime) -> None:
    """Record in the defect's history what happened to a link: tickets.defects.timeline has what."""
    data = {"what": what, "ref": link.reference, "url": link.url}
    record_defect_event(link.defect, DefectEventKind.CODE, data, by=by, at=at)

"""Issues of defects: created at the host, linked by URL, refreshed, and unlinked."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Agent
from accounts.models.fields import clean_line
from channels_intake.calls.queueing import queue_call
from channels_intake.code_hosts.client import get_vendor
from channels_intake.code_hosts.issue_texts import write_issue
from channels_intake.code_hosts.links import add_link, list_links_of, record_link
from channels_intake.code_hosts.mentions import write_mark
from channels_intake.models import (
    CallKind,
    CallState,
    CodeHost,
    CodeLink,
    LinkKind,
    LinkState,
    OutgoingCall,
)
from tickets.actors import Actor
from tickets.defects.locking import lock_defect
from tickets.errors import ConflictError, InvalidValueError
from tickets.services.common import require_writer

CLOCK_SKEW = timedelta(hours=1)  # between the code host's clock and ours


def list_hosts(desk_id: int) -> list[CodeHost]:
    """Return a desk's repositories. New issues of a paused one wait until it is resumed."""
    return list(CodeHost.objects.filter(desk_id=desk_id))


def create_issue(*, defect_id: int, host_id: int, agent: Agent, at: datetime) -> CodeLink:
    """Create an issue from what a defect says, after the commit.

    Raises NotAllowedError, CodeHost.DoesNotExist, and ConflictError if the repository has one that
    was created from this defect or from one that was merged into it.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        defect = lock_defect(defect_id)
        host = CodeHost.objects.get(pk=host_id, desk_id=defect.desk_id)
        known = list_links_of(defect).filter(host=host, kind=LinkKind.ISSUE)
        if known.exclude(state=LinkState.FAILED).exists():
            raise ConflictError(
                _("%(defect)s has an issue in this repository.") % {"defect": defect.key}
            )
        _forget_failed(host, known.filter(defect=defect, number=None))
        link = CodeLink.objects.create(
            desk_id=defect.desk_id,
            defect=defect,
            host=host,
            kind=LinkKind.ISSUE,
            title=defect.title[:300],
            state=LinkState.CREATING,
            created_at=at,
            created_by=agent,
        )
        if not _take_over_creation(link):
            _queue_creation(link, at=at)
        record_link(link, "created", by=by, at=at)
    return link


def _list_creations(host: CodeHost) -> QuerySet[OutgoingCall]:
    """Return the calls that create issues in a repository."""
    mine = {"desk_id": host.desk_id, "kind": CallKind.CODE_HOST, "connection_id": host.pk}
    return OutgoingCall.objects.filter(**mine, method="POST")


def _forget_failed(host: CodeHost, links: QuerySet[CodeLink]) -> None:
    """Delete links without an issue, and their calls, which an admin could send again."""
    ids = list(links.values_list("pk", flat=True))
    _list_creations(host).filter(data__link__in=ids, state=CallState.FAILED).delete()
    CodeLink.objects.filter(pk__in=ids).delete()


def _take_over_creation(link: CodeLink) -> bool:
    """Use the call of a link that was removed while its issue was created. Return False if none.

    That issue may exist, so another call could create a second one.
    """
    queued = _list_creations(link.host).filter(
        data__defect=link.defect_id, state=CallState.QUEUED, attempts__gt=0
    )
    for call in queued.select_for_update(of=("self",)):
        if not CodeLink.objects.filter(pk=call.data["link"]).exists():
            call.data["link"] = link.pk
            call.save(update_fields=["data"])
            return True
    return False


def _queue_creation(link: CodeLink, *, at: datetime) -> None:
    host, defect = link.host, link.defect
    vendor, mark = get_vendor(host), write_mark(link.desk_id, link.pk)
    labels = [label.strip() for label in host.labels.split(",") if label.strip()]
    text = write_issue(defect, names_customers=host.names_customers)
    since = (at - CLOCK_SKEW).isoformat()
    queue_call(
        desk_id=link.desk_id,
        kind=CallKind.CODE_HOST,
        connection_id=host.pk,
        key=f"issue-{link.pk}",
        path=vendor.get_issues_path(host.repository),
        body=vendor.build_issue(text.title, f"{text.body}\n\n{mark}", labels),
        data={"link": link.pk, "defect": defect.pk, "mark": mark, "since": since},
        at=at,
    )


def link_by_url(*, defect_id: int, url: str, agent: Agent, at: datetime) -> CodeLink:
    """Link an issue or pull request by the URL of its page, and read its state after the commit.

    Raises NotAllowedError, and InvalidValueError for a URL of no repository of the desk.
    """
    by, url = Actor.of(agent), clean_line(url).strip()
    require_writer(by)
    with transaction.atomic():
        defect = lock_defect(defect_id)
        host, is_pull, number = _find_item(defect.desk_id, url)
        kind = LinkKind.PULL if is_pull else LinkKind.ISSUE
        link, is_new = add_link(defect, host, kind=kind, number=number, url=url, by=by, at=at)
        if is_new:
            queue_refresh(link, at=at)
    return link


def _find_item(desk_id: int, url: str) -> tuple[CodeHost, bool, int]:
    for host in CodeHost.objects.filter(desk_id=desk_id) if _is_web_page(url) else ():
        found = get_vendor(host).parse_url(url, host.base_url)
        if found and found[0].lower() == host.repository.lower():
            return host, found[1], found[2]
    raise InvalidValueError(
        "url", _("That isn't an issue or pull request of a connected repository.")
    )


def _is_web_page(url: str) -> bool:
    """Return True for a URL that a page can link to; javascript: can name a host, too."""
    try:
        return urlsplit(url).scheme in {"https", "http"}
    except ValueError:
        return False


def queue_refresh(link: CodeLink, *, at: datetime) -> None:
    """Have a link's state read from its host after the commit."""
    host = link.host
    path = get_vendor(host).get_item_path(
        host.repository, is_pull=link.kind == LinkKind.PULL, number=link.number
    )
    queue_call(
        desk_id=link.desk_id,
        kind=CallKind.CODE_HOST,
        connection_id=host.pk,
        key=f"read-{link.pk}-{at.isoformat()}",
        method="GET",
        path=path,
        body={},
        data={"link": link.pk},
        at=at,
    )


def unlink(*, defect_id: int, link_id: int, agent: Agent, at: datetime) -> bool:
    """Remove a link; the issue stays at its host.

    Return True if the issue is being created and may appear anyway: the defect's history then
    names it. Raises NotAllowedError, CodeLink.DoesNotExist.
    """
    by = Actor.of(agent)
    require_writer(by)
    with transaction.atomic():
        defect = lock_defect(defect_id)
        host = CodeLink.objects.select_related("host").get(pk=link_id, defect=defect).host
        may_appear = not _cancel_creation(host, link_id)
        # Read now: the issue's number may have arrived while the call was locked.
        link = CodeLink.objects.select_related("host").get(pk=link_id, defect=defect)
        record_link(link, "unlinked", by=by, at=at)
        link.delete()
    return may_appear


def _cancel_creation(host: CodeHost, link_id: int) -> bool:
    """Delete the call that creates a link's issue. Return False if it may have been sent."""
    queued = _list_creations(host).filter(data__link=link_id, state=CallState.QUEUED)
    call = queued.select_for_update(of=("self",)).first()
    if call is None:
        return True
    if call.attempts:
        return False
    call.delete()
    return True

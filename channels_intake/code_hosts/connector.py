"""Calls to code hosts from the outbox: new issues, and reading of linked ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.calls.pausing import PAUSED_SECONDS
from channels_intake.calls.responses import read_json
from channels_intake.code_hosts.changes import Item
from channels_intake.code_hosts.client import HostClient, get_vendor
from channels_intake.code_hosts.links import apply_item, find_original, list_links, record_link
from channels_intake.models import CodeHost, CodeLink, LinkKind, LinkState, OutgoingCall
from tickets.actors import SYSTEM
from tickets.models import Defect


class CodeHostConnector:
    """Sends the calls to one repository, and uses the issues that come back."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a call. A creation that may have arrived before is looked for first."""
        host = CodeHost.objects.filter(pk=call.connection_id, desk_id=call.desk_id).first()
        if host is None:
            raise CallRefusedError(_("The repository was removed."))
        if host.is_paused:
            raise CallLaterError(
                _("The repository is paused."),
                seconds=PAUSED_SECONDS,
                is_for_all=True,
                is_paused=True,
            )
        try:
            with HostClient(host, at) as client:
                sent = _send(call, client)
        except (CallLaterError, CallRefusedError) as error:
            note_health(host, str(error), at=at)
            raise
        note_health(host, "", at=at)
        if sent is None:
            raise CallRefusedError(_("The link was removed before the issue was created."))
        return sent

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Save the issue that came back, or that it couldn't be created."""
        call.refresh_from_db(fields=["data"])  # another link may have taken the call over
        locked = CodeLink.objects.select_for_update(of=("self",)).select_related("host")
        link = locked.filter(pk=call.data.get("link")).first()
        if link is None:
            if sent and call.method == "POST":
                _record_unlinked(call, sent, at=at)
            return
        if sent is None:
            if link.state == LinkState.CREATING:
                link.state, link.problem = LinkState.FAILED, call.summary
                link.save(update_fields=["state", "problem"])
            return
        item = _read(link, sent.content)
        if link.number is None:
            link = _number(link, item)
        apply_item(link, item)


def _send(call: OutgoingCall, client: HostClient) -> Sent | None:
    """Send a request. Return None for an issue that isn't there and that nobody wants anymore."""
    if call.method == "POST":
        if call.attempts > 1 and (known := _find_created(call, client)):
            return Sent(200, f"#{_get_number(known)}", known)
        call.refresh_from_db(fields=["data"])
        if not CodeLink.objects.filter(pk=call.data.get("link")).exists():
            return None
    response = client.request(call.method, call.path, body=call.body)
    content = read_json(response)
    if not isinstance(content, Mapping):
        raise CallRefusedError(_("The response isn't an issue."), status=response.status)
    return Sent(response.status, f"#{_get_number(content)}", dict(content))


def _record_unlinked(call: OutgoingCall, sent: Sent, *, at: datetime) -> None:
    """Record an issue whose link was removed while it was created: it exists anyway."""
    host = CodeHost.objects.filter(pk=call.connection_id).first()
    defect = Defect.objects.filter(pk=call.data.get("defect"), desk_id=call.desk_id).first()
    if host is None or defect is None:
        return
    item: Item = get_vendor(host).read_item(sent.content)
    if not list_links(host, item):
        link = CodeLink(
            defect=defect, host=host, kind=LinkKind.ISSUE, number=item.number, url=item.url
        )
        record_link(link, "left", by=SYSTEM, at=at)


def _find_created(call: OutgoingCall, client: HostClient) -> dict[str, Any] | None:
    """Return the issue that an earlier attempt created without its response arriving."""
    mark = call.data.get("mark", "")
    for page in client.list_pages(call.path, _get_search(call, client)):
        for row in page if isinstance(page, list) else []:
            text = str(row.get("body") or row.get("description") or "")
            if mark and mark in text:
                return dict(row)
    return None


def _get_search(call: OutgoingCall, client: HostClient) -> dict[str, str]:
    since = call.data.get("since", "")
    if client.host.kind == "github":
        return {"state": "all", "since": since}
    return {"scope": "all", "created_after": since}


def _get_number(content: Mapping[str, Any]) -> object:
    return content.get("iid") or content.get("number")


def _number(link: CodeLink, item: Item) -> CodeLink:
    """Give the link of a new issue its number, and return the link that stays.

    The issue names the defect, so its webhook may have linked it before the response arrived, also
    to the one that the defect was merged into meanwhile.
    """
    shown_at = [link.defect_id, find_original(link.defect).pk]
    same: dict[str, Any] = {"defect__in": shown_at, "host": link.host_id, "kind": link.kind}
    locked = CodeLink.objects.select_for_update(of=("self",)).select_related("host")
    known = locked.filter(**same, number=item.number).first()
    if known is None:
        link.number = item.number
        link.save(update_fields=["number"])
        return link
    known.created_by_id = link.created_by_id
    known.save(update_fields=["created_by"])
    link.delete()
    return known


def _read(link: CodeLink, content: Mapping[str, Any]) -> Item:
    item: Item = get_vendor(link.host).read_item(content, is_pull=link.kind == LinkKind.PULL)
    return item


def note_health(host: CodeHost, problem: str, *, at: datetime) -> None:
    """Save when a host answered last, and its problem, "" for none."""
    CodeHost.objects.filter(pk=host.pk).update(problem=problem[:500], checked_at=at)


CONNECTOR = CodeHostConnector()

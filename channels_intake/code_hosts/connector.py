"""Calls to code hosts from the outbox: new issues, and reading of linked ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.calls.errors import CallLaterError, CallRefusedError, Sent
from channels_intake.code_hosts.changes import Item
from channels_intake.code_hosts.client import HostClient, get_vendor, read_json
from channels_intake.code_hosts.links import apply_item
from channels_intake.models import CodeHost, CodeLink, LinkKind, LinkState, OutgoingCall

PAUSED_SECONDS = 900


class CodeHostConnector:
    """Sends the calls to one repository, and uses the issues that come back."""

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        """Send a call. A creation that may have arrived before is looked for first."""
        host = CodeHost.objects.filter(pk=call.connection_id, desk_id=call.desk_id).first()
        if host is None:
            raise CallRefusedError(_("The repository was removed."))
        if host.is_paused:
            raise CallLaterError(_("The repository is paused."), seconds=PAUSED_SECONDS)
        try:
            with HostClient(host, at) as client:
                sent = _send(call, client)
        except (CallLaterError, CallRefusedError) as error:
            _note(host, str(error), at=at)
            raise
        _note(host, "", at=at)
        return sent

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        """Save the issue that came back, or that it couldn't be created."""
        locked = CodeLink.objects.select_for_update(of=("self",)).select_related("host")
        link = locked.filter(pk=call.data.get("link")).first()
        if link is None:
            return
        if sent is None:
            if link.state == LinkState.CREATING:
                link.state = LinkState.FAILED
                link.save(update_fields=["state"])
            return
        item = _read(link, sent.content)
        if link.number is None:
            link = _number(link, item)
        apply_item(link, item)


def _send(call: OutgoingCall, client: HostClient) -> Sent:
    if call.method == "POST" and call.attempts > 1 and (known := _find_created(call, client)):
        return Sent(200, f"#{_get_number(known)}", known)
    response = client.request(call.method, call.path, body=call.body)
    content = read_json(response)
    if not isinstance(content, Mapping):
        raise CallRefusedError(_("The response isn't an issue."), status=response.status)
    return Sent(response.status, f"#{_get_number(content)}", dict(content))


def _find_created(call: OutgoingCall, client: HostClient) -> dict[str, Any] | None:
    """Return the issue that an earlier attempt created without its response arriving."""
    mark = call.data.get("mark", "")
    for page in client.list_pages(call.path, _get_search(call, client)):
        for row in page if isinstance(page, list) else []:
            text = str(row.get("body") or row.get("description") or "")
            if mark and f"<!-- {mark} -->" in text:
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

    The issue names the defect, so its webhook may have linked it before the response arrived.
    """
    same: dict[str, Any] = {"defect": link.defect_id, "host": link.host_id, "kind": link.kind}
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


def _note(host: CodeHost, problem: str, *, at: datetime) -> None:
    CodeHost.objects.filter(pk=host.pk).update(problem=problem[:500], checked_at=at)


def check_connection(host: CodeHost, *, at: datetime) -> str:
    """Read the repository with the stored token. Return the problem, or "" if all is well."""
    try:
        with HostClient(host, at) as client:
            client.get(client.vendor.get_repository_path(host.repository))
            client.get(client.vendor.get_issues_path(host.repository), {"per_page": "1"})
    except (CallLaterError, CallRefusedError) as error:
        problem = str(error)
    else:
        problem = ""
    _note(host, problem, at=at)
    return problem


CONNECTOR = CodeHostConnector()

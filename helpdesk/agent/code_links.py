"""The issues, pull requests and commits on the page of a defect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from channels_intake.code_hosts.issues import list_hosts
from channels_intake.code_hosts.links import list_links_of
from channels_intake.models import CodeHost, CodeLink, LinkKind, LinkState
from helpdesk.shared.components import Component, Option
from helpdesk.shared.urls import get_url
from helpdesk.shared.wording.times import format_ago, format_title
from tickets.models import Defect

TONES: Mapping[str, str] = {
    LinkState.OPEN: "green",
    LinkState.MERGED: "violet",
    LinkState.FAILED: "red",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeLine(Component):
    """An issue, pull request or commit. url: "" until it is created. unlink_url: "" for observers.

    facts: why it wasn't created, labels, assignee and branch in words.
    """

    url: str
    kind: str
    reference: str
    title: str
    state: str
    tone: str
    facts: tuple[str, ...]
    seen_text: str
    seen_title: str
    unlink_url: str


@dataclass(frozen=True, slots=True)
class CodePanel(Component):
    """The panel: its lines, and where issues can be created ("" and () for observers).

    hint: what happens to issues of paused repositories, "" if none is paused.
    """

    lines: tuple[CodeLine, ...]
    hosts: tuple[Option, ...]
    create_url: str
    link_url: str
    hint: str = ""

    @property
    def is_shown(self) -> bool:
        return bool(self.lines or self.link_url)


def build_code_panel(defect: Defect, *, can_change: bool, now: datetime) -> CodePanel:
    """Return the panel of a defect, in two statements. Without repositories it isn't shown."""
    links = _list_once(defect)
    lines = tuple(_describe(link, defect, can_change=can_change, now=now) for link in links)
    hosts = list_hosts(defect.desk_id) if can_change else []
    taken = {link.host_id for link in links if _is_taken(link)}
    free = [host for host in hosts if host.pk not in taken]
    options = tuple(_describe_host(host) for host in free)
    number = defect.number
    return CodePanel(
        lines=lines,
        hosts=options,
        create_url=get_url("agent:defect_issue", number) if options else "",
        link_url=get_url("agent:defect_code_link", number) if hosts else "",
        hint=describe_pause() if any(host.is_paused for host in free) else "",
    )


def _list_once(defect: Defect) -> list[CodeLink]:
    """Return the links, each item once: the defect's own before those of merged ones."""
    found: dict[tuple[int, str, object], CodeLink] = {}
    for link in list_links_of(defect).select_related("host").order_by("pk"):
        own = link.sha if link.kind == LinkKind.COMMIT else link.number
        key = (link.host_id, link.kind, own or f"new {link.pk}")
        if key not in found or link.defect_id == defect.pk:
            found[key] = link
    return list(found.values())


def _is_taken(link: CodeLink) -> bool:
    return link.kind == LinkKind.ISSUE and link.state != LinkState.FAILED


def describe_pause() -> str:
    """Return what happens to an issue for a paused repository."""
    return _("The issue is created as soon as the repository is no longer paused.")


def _describe_host(host: CodeHost) -> Option:
    label = f"{host} ({_('paused')})" if host.is_paused else str(host)
    return Option(str(host.pk), label)


def _describe(link: CodeLink, defect: Defect, *, can_change: bool, now: datetime) -> CodeLine:
    seen = link.seen_at or link.created_at
    return CodeLine(
        url=link.url,
        kind=str(link.get_kind_display()),
        reference=link.reference,
        title=link.title,
        state=str(link.get_state_display()) if link.kind != LinkKind.COMMIT else "",
        tone=TONES.get(link.state, ""),
        facts=tuple(_list_facts(link)),
        seen_text=format_ago(seen, now=now),
        seen_title=format_title(seen),
        unlink_url=(
            get_url("agent:defect_code_unlink", defect.number, link.pk)
            if can_change and link.defect_id == defect.pk
            else ""
        ),
    )


def _list_facts(link: CodeLink) -> list[str]:
    facts = [_describe_wait(link), *map(str, link.labels)]
    if link.assignee:
        facts.append(_("assigned to %(name)s") % {"name": link.assignee})
    if link.branch:
        facts.append(_("into %(branch)s") % {"branch": link.branch})
    return list(filter(None, facts))


def _describe_wait(link: CodeLink) -> str:
    """Return why an issue wasn't created, or not yet, "" for no reason."""
    if link.state == LinkState.CREATING:
        return _("The repository is paused.") if link.host.is_paused else link.host.problem
    return link.problem if link.state == LinkState.FAILED else ""

"""Preview of a move: which customers get what, before anybody is told.

It goes through the same functions as the updates themselves (sending.py), once for each language
and text instead of once for each ticket.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from accounts.places.languages import get_recipient_language
from tickets.defects.moving import Release
from tickets.defects.stages import find_direction, find_stage_for_line
from tickets.defects.updates.sending import News, find_line_id, find_release, write_text
from tickets.models import Defect, DefectRelease, DefectUpdate, Stage, State, Ticket

MAX_SHOWN = 12  # different texts
Group = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class TextPreview:
    """A text in one language, as the customers of so many tickets get it."""

    language: str
    text: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a move tells. texts: the most frequent first. told: tickets whose customer hears now.

    waiting: tickets by the product line whose release they wait for. silent: tickets whose
    customer is told nothing.
    """

    texts: tuple[TextPreview, ...]
    told: int
    waiting: Mapping[str, int]
    silent: int


def preview_move(
    defect: Defect,
    stage: Stage | str,
    *,
    release: Release | None = None,
    fields: Mapping[str, Any] | None = None,
) -> Preview:
    """Return what the customers of all linked tickets are told if a defect reaches a stage.

    release: one that is entered with it. fields: of the plan, as they will be. Nothing is saved;
    pass a defect that was read for this.
    """
    for name, value in (fields or {}).items():
        setattr(defect, name, value)
    defect.stage, defect.stage_run = Stage(stage), defect.stage_run + 1
    _set_releases(defect, release)
    tickets = list(_list_tickets(defect))
    told = _read_told(defect)
    groups: dict[Group, list[Ticket]] = defaultdict(list)
    news: dict[Group, News] = {}
    waiting: Counter[str] = Counter()
    for ticket in tickets:
        seen = _find_seen(defect, ticket)
        if seen != defect.stage:
            waiting[_name_line(defect, ticket)] += 1
        found = find_release(defect, ticket) if seen == Stage.RELEASED else None
        heard = News(seen, find_direction(told.get(ticket.pk), seen), found)
        group = _get_group(ticket, heard)
        news[group] = heard
        groups[group].append(ticket)
    texts = _write_texts(defect, groups, news)
    hearing = sum(text.tickets for text in texts)
    return Preview(tuple(texts[:MAX_SHOWN]), hearing, dict(waiting), len(tickets) - hearing)


def _set_releases(defect: Defect, release: Release | None) -> None:
    """Let defect.releases.all() return the releases as they will be."""
    found = defect.releases.select_related("line")
    known = [one for one in found if not release or one.line != release.line]
    if release:
        new = {"version": release.version, "url": release.url, "line": release.line}
        known.append(DefectRelease(defect=defect, desk_id=defect.desk_id, **new))
    found = defect.releases.all()
    found._result_cache = known  # as after prefetch_related
    vars(defect)["_prefetched_objects_cache"] = {"releases": found}


def _list_tickets(defect: Defect) -> Iterable[Ticket]:
    related = ("contact__user", "account__product_line", "product_line")
    tickets = Ticket.objects.filter(defect_links__defect=defect).select_related(*related)
    for ticket in tickets.order_by("pk"):
        ticket.desk = defect.desk
        yield ticket


def _read_told(defect: Defect) -> dict[int, str]:
    """Return the stage that each ticket's customer was told of last."""
    about = [defect.pk, *defect.duplicates.values_list("pk", flat=True)]
    told = DefectUpdate.objects.filter(defect__in=about).exclude(text="").order_by("pk")
    return dict(told.values_list("ticket_id", "stage"))


def _find_seen(defect: Defect, ticket: Ticket) -> Stage:
    lines = [release.line_id for release in defect.releases.all()]
    line_id = find_line_id(defect, ticket)
    return find_stage_for_line(defect.stage, line_id=line_id, released_lines=lines)


def _name_line(defect: Defect, ticket: Ticket) -> str:
    line_id = find_line_id(defect, ticket)
    lines = (ticket.product_line, ticket.account.product_line if ticket.account else None)
    return next((line.name for line in lines if line and line.pk == line_id), "")


def _get_group(ticket: Ticket, news: News) -> Group:
    """Return what the text for a ticket depends on."""
    contact = ticket.contact
    language = get_recipient_language(desk=ticket.desk, contact=contact, user=contact.user)
    version = (news.release.version, news.release.url) if news.release else None
    return (language, news.stage, news.direction, version, ticket.status == State.CLOSED)


def _write_texts(
    defect: Defect, groups: Mapping[Group, list[Ticket]], news: Mapping[Group, News]
) -> list[TextPreview]:
    """Return the texts of the groups. The number of a request stands for those of all."""
    counts: Counter[tuple[str, str]] = Counter()
    for group, tickets in groups.items():
        if text := write_text(defect, tickets[0], news[group]):
            counts[group[0], text] += len(tickets)
    return [TextPreview(language, text, n) for (language, text), n in counts.most_common()]

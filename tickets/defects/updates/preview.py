"""Preview of a move, a link or a merge: which customers get which update, before anyone is told.

It decides ticket by ticket in the same order and by the same functions as the updates themselves
(news.py), with all rows read beforehand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from accounts.places.languages import get_recipient_language
from tickets.defects.moving import Release
from tickets.defects.stages import find_stage_for_line
from tickets.defects.updates.news import (
    Heard,
    find_news,
    list_heard,
    name_known_issue,
    write_update,
)
from tickets.defects.updates.plans import find_line, find_line_id
from tickets.defects.updates.settings import load_stage_settings
from tickets.defects.updates.texts import PLACEHOLDERS
from tickets.models import Defect, DefectRelease, DefectUpdate, Participant, Stage, Ticket

MAX_SHOWN = 12  # different texts
NOT_SAVED = 0  # key of a defect that is only previewed: no row has it


@dataclass(frozen=True, slots=True)
class TextPreview:
    """A text in one language, as the customers of so many tickets get it."""

    language: str
    text: str
    tickets: int


@dataclass(frozen=True, slots=True)
class Preview:
    """The updates that a move sends. texts: most frequent first. told: tickets that get an email.

    waiting: tickets by the product line whose release they wait for. silent: tickets on which
    nobody is emailed.
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
    if stage != defect.stage:
        defect.stage, defect.stage_run = Stage(stage), defect.stage_run + 1
    _set_releases(defect, release)
    linked = Ticket.objects.filter(defect_links__defect=defect).order_by("defect_links__pk")
    return _preview(defect, linked, list_heard(defect))


def preview_link(defect: Defect, ticket: Ticket) -> Preview:
    """Return what the customer of a ticket is told once it is linked to a defect."""
    _set_releases(defect, None)
    return _preview(defect, Ticket.objects.filter(pk=ticket.pk), list_heard(defect))


def preview_report(ticket: Ticket, fields: Mapping[str, Any]) -> Preview:
    """Return what the customer of a ticket is told once a defect is reported from it."""
    return preview_link(Defect(pk=NOT_SAVED, desk=ticket.desk, **fields), ticket)


def preview_merge(duplicate: Defect, original: Defect) -> Preview:
    """Return what the customers of a defect are told once it is merged into another one."""
    _set_releases(original, None)
    moved = Ticket.objects.filter(defect_links__defect=duplicate)
    moved = moved.exclude(defect_links__defect=original).order_by("defect_links__pk")
    return _preview(original, moved, list_heard(original, merged=duplicate))


def _preview(defect: Defect, found: QuerySet[Ticket], heard: Iterable[DefectUpdate]) -> Preview:
    tickets = list(_load_tickets(found, defect))
    waiting = Counter(
        _name_line(defect, ticket)
        for ticket in tickets
        if _find_seen(defect, ticket) != defect.stage
    )
    emailed = [update for update in _list_updates(defect, tickets, heard) if update.contacts]
    return Preview(_list_texts(emailed), len(emailed), dict(waiting), len(tickets) - len(emailed))


def _list_updates(
    defect: Defect, tickets: Iterable[Ticket], told: Iterable[DefectUpdate]
) -> Iterable[DefectUpdate]:
    """Yield the updates in the order in which they are sent, each counting for the next."""
    settings, heard = load_stage_settings(defect.desk_id), Heard(defect, told)
    of_stage = DefectUpdate.objects.filter(defect=defect, stage_run=defect.stage_run)
    done = set(of_stage.values_list("ticket_id", "stage"))
    for ticket in tickets:
        stage = _find_seen(defect, ticket)
        if (ticket.pk, stage.value) in done:
            continue
        update = write_update(
            defect,
            ticket,
            find_news(defect, ticket, stage, heard),
            setting=settings.get(stage),
            followers=[follower.contact for follower in ticket.participants.all()],
            heard=heard,
        )
        if update.text:
            sent = copy(update)
            sent.text = name_known_issue(update.text, defect, ticket, heard)
            heard.note(update)
            yield sent


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


def _load_tickets(found: QuerySet[Ticket], defect: Defect) -> Iterable[Ticket]:
    related = ("contact__user", "account__product_line", "product_line")
    followers = Participant.objects.select_related("contact").order_by("contact_id")
    prefetched = Prefetch("participants", followers)
    for ticket in found.select_related(*related).prefetch_related(prefetched):
        ticket.desk = defect.desk
        yield ticket


def _find_seen(defect: Defect, ticket: Ticket) -> Stage:
    lines = [release.line_id for release in defect.releases.all()]
    line_id = find_line_id(defect, ticket)
    return find_stage_for_line(defect.stage, line_id=line_id, released_lines=lines)


def _name_line(defect: Defect, ticket: Ticket) -> str:
    line = find_line(defect, ticket)
    return line.name if line else ""


def _list_texts(updates: Iterable[DefectUpdate]) -> tuple[TextPreview, ...]:
    """Return the texts by language. One for several tickets names no number but what it is."""
    counts: Counter[tuple[str, str]] = Counter()
    single: dict[tuple[str, str], str] = {}
    any_number = f"[{PLACEHOLDERS['request']}]"
    for update in updates:
        ticket, contact = update.ticket, update.ticket.contact
        language = get_recipient_language(desk=ticket.desk, contact=contact, user=contact.user)
        key = (language, update.text.replace(ticket.reference, any_number))
        single[key] = update.text
        counts[key] += 1
    return tuple(
        TextPreview(key[0], single[key] if tickets == 1 else key[1], tickets)
        for key, tickets in counts.most_common(MAX_SHOWN)
    )

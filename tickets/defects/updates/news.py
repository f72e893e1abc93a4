"""Decision for one ticket: what is new for its customer, in which words, and who is emailed.

The updates (sending.py) and the preview of a move (preview.py) decide by the same functions, so
that what is shown is what is sent. No query, if the rows are loaded.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.models import Contact
from accounts.places.languages import use_recipient_locale
from tickets.defects.stages import RELEASED, Direction, find_direction
from tickets.defects.updates.plans import Plan, find_line_id, find_plan
from tickets.defects.updates.texts import fill_text, get_back_text, get_stage_text, tells_customers
from tickets.models import (
    Defect,
    DefectRelease,
    DefectUpdate,
    Stage,
    StageSetting,
    State,
    Ticket,
)


@dataclass(frozen=True, slots=True)
class News:
    """The stage as one ticket's customer sees it, and the release that they get."""

    stage: Stage
    direction: Direction | None
    release: DefectRelease | None


class Heard:
    """Updates that customers got about a defect, and about those that were merged into it.

    Made from list_heard(). note() adds an update that was just decided.
    """

    def __init__(self, defect: Defect, updates: Iterable[DefectUpdate]) -> None:
        self._defect = defect
        self._last: dict[int, DefectUpdate] = {}
        self._readers: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for update in updates:
            self.note(update)

    def note(self, update: DefectUpdate) -> None:
        """Note an update with a text as the last one of its ticket."""
        before = self._last.get(update.ticket_id)
        if before and not before.is_about_stage_of(self._defect):
            self._readers[before.text].subtract(before.contacts)
        self._last[update.ticket_id] = update
        self._readers[update.text].update(update.contacts)

    def get_last(self, ticket: Ticket) -> DefectUpdate | None:
        """Return the last update of a ticket, or None."""
        return self._last.get(ticket.pk)

    def leave_out_readers(self, readers: Sequence[int], text: str) -> list[int]:
        """Return the readers who don't have these very words on another ticket."""
        known = self._readers[text]
        return [contact_id for contact_id in readers if known[contact_id] <= 0]


def list_heard(defect: Defect, *, merged: Defect | None = None) -> QuerySet[DefectUpdate]:
    """Return the updates that count as heard, in order: each ticket's last, and this stage's.

    merged: a defect that counts as if it had been merged into this one, for a preview.
    """
    about = [defect.pk, *defect.duplicates.values_list("pk", flat=True)]
    if merged:
        about += [merged.pk, *merged.duplicates.values_list("pk", flat=True)]
    told = DefectUpdate.objects.filter(defect__in=about).exclude(text="")
    newer = told.filter(ticket=OuterRef("ticket"), pk__gt=OuterRef("pk"))
    of_stage = Q(defect=defect, stage_run=defect.stage_run)
    return told.filter(of_stage | ~Exists(newer)).order_by("pk")


def find_news(defect: Defect, ticket: Ticket, stage: Stage, heard: Heard) -> News:
    """Return what is new for a ticket. What was told about merged duplicates counts as told."""
    last = heard.get_last(ticket)
    direction = find_direction(
        last.stage if last else None,
        stage,
        is_of_duplicate=last is not None and last.defect_id != defect.pk,
    )
    if direction == Direction.BACK and last and last.is_about_stage_of(defect):
        direction = None  # the ticket's product line changed, and the defect stayed where it is
    release = find_release(defect, ticket)
    if direction is None and last and release and _is_fixed_anew(defect, stage, last, release):
        direction = Direction.FORWARD
    return News(stage, direction, release)


def _is_fixed_anew(
    defect: Defect, stage: Stage, last: DefectUpdate, release: DefectRelease
) -> bool:
    """Return True for a new fix after one that was moved back without a word to customers."""
    is_about_a_fix = stage == last.stage == Stage.RELEASED and last.defect_id == defect.pk
    is_new = release.pk is None or release.released_at > last.at
    return is_about_a_fix and not last.is_about_stage_of(defect) and is_new


def write_update(
    defect: Defect,
    ticket: Ticket,
    news: News,
    *,
    setting: StageSetting | None,
    followers: Iterable[Contact],
    heard: Heard,
) -> DefectUpdate:
    """Return the update that a ticket gets, unsaved and without a time.

    Its text is "" if nothing is to be told. Its contacts are those who are emailed: not those who
    have the same words on another ticket. A person with several linked tickets hears about a stage
    once, and reads it on all of them.
    """
    text = _write_text(defect, ticket, news, setting)
    readers = _list_readers(ticket, followers) if text else []
    return DefectUpdate(
        desk_id=ticket.desk_id,
        defect=defect,
        ticket=ticket,
        stage=news.stage,
        stage_run=defect.stage_run,
        text=text,
        contacts=heard.leave_out_readers(readers, text),
    )


def name_known_issue(text: str, defect: Defect, ticket: Ticket, heard: Heard) -> str:
    """Return an update as it is sent: a ticket's first one says which known issue it is about.

    The words that a person can have on another ticket are those without it.
    """
    if not text or not defect.is_published or heard.get_last(ticket):
        return text
    contact = ticket.contact
    with use_recipient_locale(contact=contact, user=contact.user, desk=ticket.desk):
        about = gettext("This is about a known issue: %(title)s")
        return f"{about % {'title': defect.localized_title}}\n\n{text}"


def _list_readers(ticket: Ticket, followers: Iterable[Contact]) -> list[int]:
    """Return who can be emailed on a ticket: nobody before the sender is verified."""
    if ticket.is_unverified:
        return []
    people = (ticket.contact, *followers)
    return list(dict.fromkeys(person.pk for person in people if person.can_get_email))


def find_release(defect: Defect, ticket: Ticket) -> DefectRelease | None:
    """Return the release for the product line of a ticket: its own line's, one for all, or any."""
    line_id = find_line_id(defect, ticket)
    releases = sorted(defect.releases.all(), key=lambda one: (one.line_id != line_id, one.pk or 0))
    own = [release for release in releases if release.line_id in (line_id, None)]
    return next(iter(own or (releases if line_id is None else [])), None)


def _write_text(defect: Defect, ticket: Ticket, news: News, setting: StageSetting | None) -> str:
    """Return the update in the recipient's language, or "" if nothing is to be told.

    The customer of a closed ticket hears about the fix, and of nothing else.
    """
    if news.direction is None or (ticket.status == State.CLOSED and news.stage not in RELEASED):
        return ""
    if not tells_customers(news.stage, setting):
        return ""
    is_back = news.direction == Direction.BACK
    contact = ticket.contact
    with use_recipient_locale(contact=contact, user=contact.user, desk=ticket.desk):
        text = get_back_text(setting) if is_back else get_stage_text(news.stage, setting)
        plan = find_plan(defect, ticket)
        facts = describe_facts(defect, reference=ticket.reference, plan=plan, release=news.release)
        return fill_text(text, facts)


def describe_facts(
    defect: Defect, *, reference: str, plan: Plan, release: DefectRelease | None
) -> dict[str, str]:
    """Return the public facts of a defect by placeholder, in the active language; "" if missing."""
    return {
        "request": reference,
        "product": str(defect.product or ""),
        "plan": defect.plan_text,
        "planned_version": plan.version,
        "planned_date": date_format(plan.on, "DATE_FORMAT") if plan.on else "",
        "version": release.version if release else "",
        "link": release.url if release else "",
        "workaround": defect.workaround,
    }

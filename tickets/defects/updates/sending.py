"""Updates to customers about the stage of a defect: exactly one for each ticket and stage.

A sweep finds the links whose customer hasn't been told of the defect's stage, and handles one
ticket at a time. A row of DefectUpdate is written for each, also if the desk sends no text about
the stage, and its unique key makes a second update impossible.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce
from django.utils.formats import date_format

from accounts.places.languages import use_recipient_locale
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.defects.locking import lock_defect
from tickets.defects.stages import Direction, find_direction
from tickets.defects.updates.released import put_back
from tickets.defects.updates.texts import fill_text, get_back_text, get_stage_text, tells_customers
from tickets.events import EventKind
from tickets.models import (
    Defect,
    DefectLink,
    DefectRelease,
    DefectUpdate,
    Stage,
    StageSetting,
    State,
    SweepKind,
    Ticket,
)
from tickets.sweeping import Sweep

BATCH = 50
RELEASED = (Stage.RELEASED, Stage.VERIFIED)


@dataclass(frozen=True, slots=True)
class News:
    """The stage as one ticket's customer sees it, and the release that they get."""

    stage: Stage
    direction: Direction | None
    release: DefectRelease | None


def list_untold_links() -> QuerySet:
    """Return the links whose customer hasn't been told of the current stage of the defect."""
    line = Coalesce(_pick_line("ticket__product_line"), _pick_line("ticket__account__product_line"))
    releases = DefectRelease.objects.filter(defect=OuterRef("defect"))
    mine = releases.filter(Q(line__isnull=True) | Q(line=OuterRef("line")))
    links = DefectLink.objects.filter(defect__has_updates=True).annotate(line=line)
    links = links.annotate(
        seen_stage=Case(
            When(
                Q(defect__stage__in=RELEASED)
                & Q(line__isnull=False)
                & Exists(releases)
                & ~Exists(mine),
                then=Value(Stage.TESTED.value),
            ),
            default=F("defect__stage"),
        )
    )
    told = DefectUpdate.objects.filter(
        defect=OuterRef("defect"),
        ticket=OuterRef("ticket"),
        stage_run=OuterRef("defect__stage_run"),
        stage=OuterRef("seen_stage"),
    )
    return links.filter(~Exists(told))


def _pick_line(path: str) -> Case:
    """Return a product line, or NULL if it is one of another product than the defect's."""
    fits = Q(defect__product__isnull=True) | Q(**{f"{path}__product": F("defect__product")})
    return Case(When(fits, then=F(path)))


def tell_customers(*, desk_id: int, at: datetime) -> int:
    """Tell the customers of up to BATCH links of a desk. Return how many were handled.

    A link that fails is set aside and tried again later (tickets/sweeping.py).
    """
    untold = list_untold_links().filter(desk_id=desk_id).order_by("pk")
    sweep = Sweep(SweepKind.DEFECT_UPDATES, untold, desk_id=desk_id, at=at)
    done = sweep.run_each(lambda link_id: tell_about(link_id, at=at), batch=BATCH)
    return done or _finish(desk_id)


def tell_about(link_id: int, *, at: datetime) -> int:
    """Tell the customer of one link; return 0 if the link is gone or nothing is left to tell."""
    link = DefectLink.objects.filter(pk=link_id).first()
    if link is None:
        return 0
    with transaction.atomic():
        change = Change.open(link.ticket_id, by=SYSTEM, at=at)
        defect = lock_defect(link.defect_id)
        found = list_untold_links().filter(pk=link_id).values_list("seen_stage", flat=True)
        for stage in found:
            _tell(change, defect, Stage(stage))
            change.save()
    return 1


def _tell(change: Change, defect: Defect, stage: Stage) -> None:
    ticket = change.ticket
    news = _find_news(defect, ticket, stage)
    setting = find_setting(defect.desk_id, stage)
    text = _write(defect, ticket, news, setting)
    contacts = _list_readers(defect, ticket, text) if text else []
    DefectUpdate.objects.create(
        desk_id=ticket.desk_id,
        defect=defect,
        ticket=ticket,
        stage=stage,
        stage_run=defect.stage_run,
        text=text,
        contacts=contacts,
        at=change.at,
    )
    data = {"defect": defect.pk, "key": defect.key, "text": text, "contacts": contacts}
    data |= {"stage": stage.value, "stage_name": setting.name if setting else ""}
    change.record(EventKind.DEFECT_UPDATED, data)
    if stage == Stage.RELEASED and news.direction == Direction.FORWARD:
        put_back(change, defect)


def _list_readers(defect: Defect, ticket: Ticket, text: str) -> list[int]:
    """Return the requester and the followers, but for those who got the same words already.

    A person with several linked tickets hears of a stage once, and reads it on all of them. The
    lock on the defect keeps two workers from both finding nobody told.
    """
    if ticket.is_unverified:
        return []
    followers = ticket.participants.order_by("contact_id").values_list("contact_id", flat=True)
    readers = list(dict.fromkeys([ticket.contact_id, *followers]))
    same = DefectUpdate.objects.filter(defect=defect, stage_run=defect.stage_run, text=text)
    told = same.filter(contacts__overlap=readers).values_list("contacts", flat=True)
    known = {contact_id for contacts in told for contact_id in contacts}
    return [contact_id for contact_id in readers if contact_id not in known]


def _find_news(defect: Defect, ticket: Ticket, stage: Stage) -> News:
    """Return what is new for this ticket. What was told about merged duplicates counts as told."""
    about: Collection[int] = [defect.pk, *defect.duplicates.values_list("pk", flat=True)]
    told = DefectUpdate.objects.filter(defect__in=about, ticket=ticket).exclude(text="")
    last = told.order_by("-pk").first()
    direction = find_direction(last.stage if last else None, stage)
    if direction == Direction.BACK and last and last.is_about_stage_of(defect):
        direction = None  # the ticket's product line changed, and the defect stayed where it is
    return News(stage, direction, find_release(defect, ticket))


def find_release(defect: Defect, ticket: Ticket) -> DefectRelease | None:
    """Return the release for the product line of a ticket: its own line's, one for all, or any."""
    line_id = find_line_id(defect, ticket)
    releases = sorted(defect.releases.all(), key=lambda one: (one.line_id != line_id, one.pk or 0))
    own = [release for release in releases if release.line_id in (line_id, None)]
    return next(iter(own or (releases if line_id is None else [])), None)


def find_line_id(defect: Defect, ticket: Ticket) -> int | None:
    """Return the product line of a ticket, else its account's, if it is one of the product."""
    lines = (ticket.product_line, ticket.account.product_line if ticket.account else None)
    fitting = (line.pk for line in lines if line and defect.product_id in (None, line.product_id))
    return next(fitting, None)


def write_text(defect: Defect, ticket: Ticket, news: News) -> str:
    """Return the update in the recipient's language, or "" if nothing is to be told.

    The customer of a closed ticket hears of the fix, and of nothing else.
    """
    return _write(defect, ticket, news, find_setting(defect.desk_id, news.stage))


def _write(defect: Defect, ticket: Ticket, news: News, setting: StageSetting | None) -> str:
    if news.direction is None or (ticket.status == State.CLOSED and news.stage not in RELEASED):
        return ""
    if not tells_customers(news.stage, setting):
        return ""
    is_back = news.direction == Direction.BACK
    contact = ticket.contact
    with use_recipient_locale(contact=contact, user=contact.user, desk=ticket.desk):
        text = get_back_text(setting) if is_back else get_stage_text(news.stage, setting)
        return fill_text(text, list_facts(defect, ticket, news))


def find_setting(desk_id: int, stage: Stage) -> StageSetting | None:
    """Return the desk's setting of a stage, or None if it has the usual name and text."""
    return StageSetting.objects.filter(desk_id=desk_id, stage=stage).first()


def list_facts(defect: Defect, ticket: Ticket, news: News) -> dict[str, str]:
    """Return the public facts that a text for a ticket's customer can insert."""
    return describe_facts(defect, reference=ticket.reference, release=news.release)


def describe_facts(
    defect: Defect, *, reference: str, release: DefectRelease | None
) -> dict[str, str]:
    """Return the public facts of a defect by placeholder, in the active language; "" if missing."""
    date = defect.planned_on
    return {
        "request": reference,
        "product": str(defect.product or ""),
        "plan": defect.plan_text,
        "planned_version": defect.planned_version,
        "planned_date": date_format(date, "DATE_FORMAT") if date else "",
        "version": release.version if release else "",
        "link": release.url if release else "",
        "workaround": defect.workaround,
    }


def _finish(desk_id: int) -> int:
    """Clear the mark of defects with nobody left to tell. Return 0."""
    marked = Defect.objects.filter(desk_id=desk_id, has_updates=True)
    for defect_id in marked.values_list("pk", flat=True):
        with transaction.atomic():
            lock_defect(defect_id)
            if not list_untold_links().filter(defect=defect_id).exists():
                Defect.objects.filter(pk=defect_id).update(has_updates=False)
    return 0

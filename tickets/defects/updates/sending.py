"""Updates to customers about the stage of a defect: exactly one for each ticket and stage.

A sweep finds the links whose customer hasn't been told of the defect's stage, and handles one
ticket at a time. A row of DefectUpdate is written for each, also if the desk sends no text about
the stage, and its unique key makes a second update impossible.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Value, When

from accounts.models import Contact
from tickets.actors import SYSTEM
from tickets.changes import Change
from tickets.defects.locking import lock_defect
from tickets.defects.marks import delete_marks, list_marks
from tickets.defects.stages import RELEASED, Direction
from tickets.defects.updates.news import (
    Heard,
    find_news,
    list_heard,
    name_known_issue,
    write_update,
)
from tickets.defects.updates.released import put_back
from tickets.defects.updates.waiting import annotate_line
from tickets.events import EventKind
from tickets.models import (
    Defect,
    DefectLink,
    DefectRelease,
    DefectUpdate,
    DefectWork,
    Stage,
    StageSetting,
    SweepKind,
    Ticket,
)
from tickets.sweeping import Sweep

BATCH = 50


def list_untold_links() -> QuerySet:
    """Return the links whose customer hasn't been told of the current stage of the defect."""
    releases = DefectRelease.objects.filter(defect=OuterRef("defect"))
    mine = releases.filter(Q(line__isnull=True) | Q(line=OuterRef("line")))
    marked = list_marks(DefectWork.TELL).values("defect")
    links = annotate_line(DefectLink.objects.filter(defect__in=marked))
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
    """Tell a locked ticket's customer.

    The lock on the defect keeps two workers from both finding a person untold.
    """
    ticket = change.ticket
    own = StageSetting.objects.filter(desk_id=defect.desk_id, stage=stage)
    setting = own.select_related("desk").first()
    followers = _list_followers(ticket)
    heard = _read_heard(defect, ticket, followers)
    news = find_news(defect, ticket, stage, heard)
    update = write_update(defect, ticket, news, setting=setting, followers=followers, heard=heard)
    update.at = change.at
    update.save(force_insert=True)
    text = name_known_issue(update.text, defect, ticket, heard)
    data = {"defect": defect.pk, "key": defect.key, "text": text}
    data |= {"contacts": update.contacts, "stage": stage.value}
    data["stage_name"] = setting.name if setting else ""
    if stage != defect.stage:
        lines = defect.releases.filter(line__isnull=False).order_by("pk")
        data["released_for"] = list(lines.values_list("line__name", flat=True))
    change.record(EventKind.DEFECT_UPDATED, data)
    if stage == Stage.RELEASED and news.direction == Direction.FORWARD:
        put_back(change, defect)


def _list_followers(ticket: Ticket) -> list[Contact]:
    followers = ticket.participants.select_related("contact").order_by("contact_id")
    return [follower.contact for follower in followers]


def _read_heard(defect: Defect, ticket: Ticket, followers: Iterable[Contact]) -> Heard:
    """Return what was told on a ticket, and to its readers on others."""
    readers = [ticket.contact_id, *(contact.pk for contact in followers)]
    theirs = Q(ticket=ticket) | Q(contacts__overlap=readers)
    return Heard(defect, list_heard(defect).filter(theirs))


def _finish(desk_id: int) -> int:
    """Delete the marks of defects with nobody left to tell. Return 0."""
    seen = dict(list_marks(DefectWork.TELL).filter(desk_id=desk_id).values_list("pk", "defect_id"))
    untold = list_untold_links().filter(desk_id=desk_id)
    busy = set(untold.values_list("defect_id", flat=True).distinct()) if seen else set()
    delete_marks([pk for pk, defect_id in seen.items() if defect_id not in busy])
    return 0

"""Filling an empty installation with the two demo desks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Desk
from accounts.tenancy import desk_scope
from helpdesk.demo.desks import make_desk
from helpdesk.demo.people import Cast, Logins, make_logins, make_people, make_superuser
from helpdesk.demo.planning import Planner
from helpdesk.demo.playing import Player
from helpdesk.demo.reading import SLUGS, read
from helpdesk.demo.stories import read_story
from tickets.deliveries import deliver_one
from tickets.models import DeliveryState, EventDelivery, Notification
from tickets.queueing import without_queueing

SIZES = {"rocketchat": 1.0, "mattermost": 0.66}
MAIL = "channels_intake.followers.LATER"
INBOXES = "tickets.notifications.LATER"
STILL_MAILED = timedelta(hours=3)
STILL_TOLD = timedelta(days=2)
UNREAD_SINCE = timedelta(hours=10)


def fill(*, now: datetime, slugs: Sequence[str] = SLUGS) -> list[str]:
    """Make those of the desks that are not there yet, with a month of tickets up to the last full hour.

    Gives the slugs of the desks that were made. Each desk is one transaction: a fill that is killed leaves no
    half desk behind, and the next start fills again.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    made = missing_desks(slugs)
    if made:
        logins = Logins()
        for slug in made:
            with without_queueing(), transaction.atomic():
                fill_desk(slug, logins=logins, now=hour)
    return made


def missing_desks(slugs: Sequence[str] = SLUGS) -> list[str]:
    """The demo desks that are not there."""
    there = set(Desk.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return [slug for slug in slugs if slug not in there]


def open_logins() -> None:
    """Make the logins of all people of the missing desks, and of the installation's admin.

    They are global, and one of them is of both desks: two processes that fill a desk each would wait for one
    another if they made it in their transactions.
    """
    missing = missing_desks()
    if not missing:
        return
    logins = Logins()
    make_superuser(logins)
    for slug in missing:
        make_logins(slug, read(slug, "people"), logins)


def fill_desk(slug: str, *, logins: Logins, now: datetime) -> None:
    """Make one desk with its people and tickets, and settle who has been told of what."""
    parts = make_desk(read(slug, "desk"), now=now)
    with desk_scope(parts.desk):
        cast = make_people(parts, read(slug, "people"), logins=logins, now=now)
        play_conversations(cast, slug, now=now)
        settle_deliveries(now=now)


def play_conversations(cast: Cast, slug: str, *, now: datetime) -> None:
    stories = [read_story(data) for data in read(slug, "conversations")["story"]]
    cases = Planner(cast, stories, now=now).plan(SIZES[slug])
    Player(cast, now=now).play(cases)


def settle_deliveries(*, now: datetime) -> None:
    """Tell the inboxes of the last days, leave the mails of the last hours to the running demo, and count all
    the rest as told: nobody wants hundreds of mails about last month, and no page is open yet."""
    due = EventDelivery.objects.filter(state=DeliveryState.DUE)
    told = due.filter(follower=INBOXES, event__at__gte=now - STILL_TOLD).order_by("pk")
    for delivery_id, at in list(told.values_list("pk", "event__at")):
        deliver_one(delivery_id, at=at)
    still_mailed = due.filter(follower=MAIL, event__at__gte=now - STILL_MAILED)
    due.exclude(pk__in=still_mailed.values("pk")).update(
        state=DeliveryState.DONE, done_at=F("next_try_at")
    )
    Notification.objects.filter(created_at__lt=now - UNREAD_SINCE).update(read_at=F("created_at"))

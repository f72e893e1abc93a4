"""Fill an installation with the two demo desks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from accounts.models import Desk
from accounts.tenancy import desk_scope
from helpdesk.demo.code_hosts import create_code_host
from helpdesk.demo.defects import create_defect_settings, rank_defects
from helpdesk.demo.desks import create_demo_desk
from helpdesk.demo.feedback import create_feedback
from helpdesk.demo.help import create_attention, create_groups
from helpdesk.demo.ladders import create_ladders
from helpdesk.demo.macros import create_macros
from helpdesk.demo.people import (
    Cast,
    UserFactory,
    create_people,
    create_superuser,
    create_users,
)
from helpdesk.demo.planning import Planner
from helpdesk.demo.rules import create_rules
from helpdesk.demo.simulation import Simulation
from helpdesk.demo.source import SLUGS, read_data
from helpdesk.demo.staff import create_rotas, create_staff, sign_in
from helpdesk.demo.stories import read_story
from helpdesk.demo.team_chat import create_team_chat
from tickets.deliveries import deliver_one
from tickets.deliveries.rows import finish
from tickets.models import DeliveryState, EventDelivery, Notification, NotificationEmail
from tickets.queueing import without_queueing

SIZES = {"rocketchat": 1.0, "mattermost": 0.66}
MAIL, INBOXES = "mail", "notifications"  # keys of settings.LATER_FOLLOWERS
MAIL_SENT_SINCE = timedelta(hours=3)
MAX_UNSENT = 15  # of the emails since then
INBOX_FILLED_SINCE = timedelta(days=2)
UNREAD_SINCE = timedelta(hours=10)


def fill_desks(*, now: datetime, slugs: Sequence[str] = SLUGS) -> list[str]:
    """Create the missing desks with a month of tickets up to the last full hour.

    Return the slugs of the created desks. Each desk is one transaction: a killed run leaves no
    partial desk behind, and the next run continues.
    """
    hour = now.replace(minute=0, second=0, microsecond=0)
    missing = list_missing_desks(slugs)
    if missing:
        users = UserFactory()
        for slug in missing:
            with without_queueing(), transaction.atomic():
                fill_desk(slug, users=users, now=hour)
    return missing


def list_missing_desks(slugs: Sequence[str] = SLUGS) -> list[str]:
    """Return the slugs of the demo desks that don't exist."""
    existing = set(Desk.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    return [slug for slug in slugs if slug not in existing]


def create_demo_users() -> None:
    """Create the users of all missing desks, and the installation's admin.

    Users are global, and one belongs to both desks: two processes that create it in their
    transactions would wait for each other.
    """
    missing = list_missing_desks()
    if not missing:
        return
    users = UserFactory()
    create_superuser(users)
    for slug in missing:
        create_users(slug, read_data(slug, "people"), users)


def fill_desk(slug: str, *, users: UserFactory, now: datetime) -> None:
    """Create one desk with its people and tickets, and settle its deliveries."""
    parts = create_demo_desk(read_data(slug, "desk"), now=now)
    with desk_scope(parts.desk):
        cast = create_people(parts, read_data(slug, "people"), users=users, now=now)
        staff = read_data(slug, "staff")
        create_staff(cast, staff, now=now)
        create_defect_settings(cast, read_data(slug, "defects"))
        create_rules(cast, read_data(slug, "rules"), now=now)
        create_groups(cast, read_data(slug, "help"))
        create_tickets(cast, slug, now=now)
        create_macros(cast, read_data(slug, "macros"))
        create_feedback(cast, read_data(slug, "feedback"), now=now)
        rank_defects(parts.desk, now=now)
        create_code_host(parts.desk, slug)
        create_team_chat(parts.desk, read_data(slug, "chat"))
        create_attention(cast, read_data(slug, "help"), now=now)
        create_rotas(cast, staff, now=now)
        create_ladders(cast, read_data(slug, "ladders"), now=now)
        sign_in(cast, staff, now=now)
        settle_deliveries(now=now)


def create_tickets(cast: Cast, slug: str, *, now: datetime) -> None:
    """Plan the tickets of a desk and play them through the services."""
    stories = [read_story(data) for data in read_data(slug, "conversations")["story"]]
    cases = Planner(cast, stories, now=now).plan(SIZES[slug])
    Simulation(cast, now=now).run(cases)


def settle_deliveries(*, now: datetime) -> None:
    """Fill inboxes with recent events, leave the latest emails due, and mark all others as done.

    Hundreds of emails about last month would be useless, to customers and to agents, and no page is
    open yet.
    """
    due = EventDelivery.objects.filter(state=DeliveryState.DUE)
    recent = due.filter(follower=INBOXES, event__at__gte=now - INBOX_FILLED_SINCE).order_by("pk")
    for delivery_id, at in list(recent.values_list("pk", "event__at")):
        deliver_one(delivery_id, at=at)
    unsent = due.filter(follower=MAIL, event__at__gte=now - MAIL_SENT_SINCE).order_by("-pk")
    latest = list(unsent.values_list("pk", flat=True)[:MAX_UNSENT])
    finish(due.exclude(pk__in=latest).values_list("pk", flat=True), at=now)
    Notification.objects.filter(created_at__lt=now - UNREAD_SINCE).update(read_at=F("created_at"))
    NotificationEmail.objects.all().delete()

"""Choices of notifications: what is shown in Plumbline, and what is emailed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.cast import NOON, Cast
from tickets.deliveries import deliver_due
from tickets.models import Notification, NotificationChoice, NotificationEmail, Topic
from tickets.notifications import SENTENCES, STAFF_MISSING, STAFF_SENTENCES, notify_staff
from tickets.notify.choosing import Ways, get_choices, get_default, set_choices
from tickets.notify.topics import get_topic
from tickets.services import add_note


def choose(cast: Cast, topic: Topic, *, in_page: bool, by_email: bool) -> None:
    present = get_choices(cast.lead)
    ways = {**present.ways, topic: Ways(in_page, by_email)}
    set_choices(agent=cast.lead, choices=type(present)(ways))


def mention(cast: Cast) -> Notification | None:
    ticket = cast.open_ticket()
    text = f"@{cast.lead.name}"
    add_note(ticket_id=ticket.pk, agent=cast.analyst, text=text, at=NOON)
    deliver_due(desk_id=cast.desk.pk, at=NOON)
    return Notification.objects.filter(agent=cast.lead, ticket=ticket).first()


def test_every_kind_has_a_topic() -> None:
    assert all(get_topic(kind, {}, 1) in Topic for kind in (*SENTENCES, *STAFF_SENTENCES))


def test_mentions_are_emailed_unless_they_are_read_soon(in_rocket: Cast) -> None:
    mention(in_rocket)
    email = NotificationEmail.objects.get(agent=in_rocket.lead)
    assert email.due_at == NOON + timedelta(minutes=2)


def test_a_note_is_not_emailed_by_default(in_rocket: Cast) -> None:
    assert get_default(Topic.NOTE) == Ways(in_page=True, by_email=False)
    ticket = in_rocket.open_ticket()
    add_note(ticket_id=ticket.pk, agent=in_rocket.lead, text="Seen.", at=NOON)
    deliver_due(desk_id=in_rocket.desk.pk, at=NOON)
    notified = Notification.objects.get(event__kind="note.added", agent=in_rocket.analyst)
    assert not NotificationEmail.objects.filter(notification=notified).exists()


def test_what_a_person_wants_by_email_only_is_not_unread(in_rocket: Cast) -> None:
    choose(in_rocket, Topic.MENTION, in_page=False, by_email=True)
    found = mention(in_rocket)
    assert found is not None
    assert found.read_at == NOON
    assert NotificationEmail.objects.filter(notification=found).exists()


def test_what_a_person_wants_in_no_way_is_not_written(in_rocket: Cast) -> None:
    choose(in_rocket, Topic.MENTION, in_page=False, by_email=False)
    assert mention(in_rocket) is None


def test_the_choice_of_one_person_is_not_that_of_another(in_rocket: Cast) -> None:
    choose(in_rocket, Topic.TEAM, in_page=False, by_email=False)
    people = [in_rocket.lead.pk, in_rocket.admin.pk]
    data = {"agent": "Ana", "start_at": NOON.isoformat()}
    given = {"kind": STAFF_MISSING, "data": data, "key": "missing:1", "at": NOON}
    assert notify_staff(desk_id=in_rocket.desk.pk, agents=people, **given) == 1
    assert notify_staff(desk_id=in_rocket.desk.pk, agents=people, **given) == 0
    assert Notification.objects.filter(key="missing:1").get().agent == in_rocket.admin


@pytest.mark.parametrize("times", [1, 2])
def test_saving_again_changes_the_same_rows(in_rocket: Cast, times: int) -> None:
    for _ in range(times):
        choose(in_rocket, Topic.NOTE, in_page=True, by_email=True)
    assert NotificationChoice.objects.count() == len(Topic)
    assert get_choices(in_rocket.lead).ways[Topic.NOTE] == Ways(in_page=True, by_email=True)

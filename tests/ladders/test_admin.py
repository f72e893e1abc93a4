"""Admin pages of ladders and paging services."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.models import PageEvent, PagingService
from sla.models import Action, Ladder, LadderRun, Replan
from sla.replanning import apply_replans
from tests.cast import Cast
from tests.ladders.helpers import AFTER, SILENCE, add_ladder, list_events, sweep
from tests.ladders.paging_fake import ROUTING_KEY, serve_paging
from tests.staff import add_turn, make_rota
from tickets.events import EventKind
from tickets.models import Ticket
from tickets.timeline import describe_event

LADDERS = "/rocket/admin/sla/ladder/"
SERVICES = "/rocket/admin/channels_intake/pagingservice/"
STEPS = {"steps-INITIAL_FORMS": "0", "steps-MIN_NUM_FORMS": "0", "steps-MAX_NUM_FORMS": "1000"}


@pytest.fixture
def admin(rocket: Cast, sign_in: Any) -> Client:
    return sign_in(rocket.admin.user)


def make_form(*steps: dict[str, str], **fields: str) -> dict[str, str]:
    given = {
        "name": "Nights",
        "is_active": "on",
        "clock": "first_response",
        "resume_minutes": "30",
        "repeat_minutes": "30",
        "steps-TOTAL_FORMS": str(len(steps)),
    }
    for place, step in enumerate(steps):
        given |= {f"steps-{place}-{name}": value for name, value in step.items()}
    return given | STEPS | fields


def make_step(action: Action, **fields: str) -> dict[str, str]:
    return {"position": "1", "minutes": "10", "trigger": "after", "action": action.value} | fields


def test_a_ladder_is_added_with_its_steps(rocket: Cast, admin: Client) -> None:
    response = admin.post(f"{LADDERS}add/", make_form(make_step(Action.PAGE)))
    assert response.status_code == 302, response.content.decode()[:3000]
    with desk_scope(rocket.desk):
        ladder = Ladder.objects.get()
        assert [step.action for step in ladder.steps.all()] == ["page"]
        assert ladder.position == 1


def test_an_executive_must_be_named(rocket: Cast, admin: Client) -> None:
    response = admin.post(f"{LADDERS}add/", make_form(make_step(Action.EXECUTIVE)))
    assert "Choose the executive to notify." in response.content.decode()


def test_saving_applies_to_open_tickets_and_says_to_how_many(rocket: Cast, admin: Client) -> None:
    with desk_scope(rocket.desk):
        for _ in range(2):
            rocket.open_ticket(at=timezone.now())
    given = make_form(make_step(Action.PAGE))
    text = admin.post(f"{LADDERS}add/", given, follow=True).content.decode()
    assert "2 open tickets follow this change now." in text
    with desk_scope(rocket.desk):
        while apply_replans(desk_id=rocket.desk.pk, at=timezone.now()):
            pass
        assert LadderRun.objects.count() == 2


@pytest.fixture
def alerted(rocket: Cast) -> Ticket:
    """An overdue ticket whose ladder has alerted someone."""
    with desk_scope(rocket.desk):
        add_ladder(rocket)
        ticket = rocket.open_ticket(at=timezone.now() - timedelta(days=7))
        sweep(rocket, timezone.now())
    return ticket


def read_ending(cast: Cast, ticket: Ticket) -> str:
    with desk_scope(cast.desk):
        assert not LadderRun.objects.exists()
        [event] = list_events(ticket, EventKind.LADDER_ENDED)
        return describe_event(event, cast.desk)


def test_turning_a_ladder_off_ends_its_alerts(rocket: Cast, admin: Client, alerted: Ticket) -> None:
    with desk_scope(rocket.desk):
        ladder = Ladder.objects.get()
        ladder.steps.exclude(position=1).delete()
        [step] = ladder.steps.all()
    given = make_form({"id": f"{step.pk}", **make_step(Action.ASSIGNEE)}, name=ladder.name)
    given |= {"steps-INITIAL_FORMS": "1", "steps-0-ladder": f"{ladder.pk}"}
    del given["is_active"]
    answer = admin.post(f"{LADDERS}{ladder.pk}/change/", given)
    assert answer.status_code == 302, answer.content.decode()[:3000]
    ended = read_ending(rocket, alerted)
    assert ended == f"The escalation ended: {rocket.admin.name} turned off Urgent."


def test_deleting_a_ladder_ends_its_alerts_and_lists_no_tickets(
    rocket: Cast, admin: Client, alerted: Ticket
) -> None:
    with desk_scope(rocket.desk):
        ladder = Ladder.objects.get()
    url = f"{LADDERS}{ladder.pk}/delete/"
    assert alerted.reference not in admin.get(url).content.decode()
    assert admin.post(url, {"post": "yes"}).status_code == 302
    ended = read_ending(rocket, alerted)
    assert ended == f"The escalation ended: {rocket.admin.name} deleted Urgent."


def test_another_order_is_one_change(rocket: Cast, admin: Client) -> None:
    with desk_scope(rocket.desk):
        one = add_ladder(rocket, position=1)
        two = add_ladder(rocket, name="Second", position=2)
        rocket.open_ticket(at=timezone.now())
    given = {"form-TOTAL_FORMS": "2", "form-INITIAL_FORMS": "2", "_save": "Save"}
    for place, (ladder, position) in enumerate([(one, 2), (two, 1)]):
        given |= {f"form-{place}-id": f"{ladder.pk}", f"form-{place}-position": f"{position}"}
    text = admin.post(LADDERS, given, follow=True).content.decode()
    assert "1 open ticket follows this change now." in text
    with desk_scope(rocket.desk):
        assert Replan.objects.count() == 1


def test_the_page_of_pagerduty_shows_where_its_webhook_goes(rocket: Cast, admin: Client) -> None:
    form = {"name": "PD", "is_active": "on", "kind": "pagerduty", "url": "", "secret": ROUTING_KEY}
    admin.post(f"{SERVICES}add/", form | {"webhook_secret": "made by PagerDuty"})
    with desk_scope(rocket.desk):
        service = PagingService.objects.get()
        assert service.webhook_secret == "made by PagerDuty"
        email = PagingService.objects.create(desk=rocket.desk, name="Mail", kind="email")
    other = admin.get(f"{SERVICES}{email.pk}/change/").content.decode()
    assert "Acknowledgements from PagerDuty" not in other
    text = admin.get(f"{SERVICES}{service.pk}/change/").content.decode()
    assert f"/rocket/paging/{service.hook_token}/" in text
    assert "made by PagerDuty" not in text


def test_events_of_a_service_are_listed_with_their_reason(
    rocket: Cast, matter: Cast, admin: Client, sign_in: Any
) -> None:
    with desk_scope(rocket.desk):
        service = PagingService.objects.create(desk=rocket.desk, name="PD", kind="pagerduty")
        event = PageEvent.objects.create(
            desk=rocket.desk, service=service, raw=b'{"a": 1}', sha256="0", state="set_aside",
            reason="over", received_at=timezone.now(), next_try_at=timezone.now(),
        )  # fmt: skip
    events = "admin/channels_intake/pageevent/"
    assert "was already resolved" in admin.get(f"/rocket/{events}").content.decode()
    url = f"/rocket/{events}{event.pk}/change/"
    assert "{&quot;a&quot;: 1}" in admin.get(url).content.decode()
    stranger = sign_in(matter.admin.user)
    assert stranger.get(f"/matter/{events}{event.pk}/change/").status_code == 404


def test_the_page_draws_the_steps_and_previews_the_coming_night(
    rocket: Cast, admin: Client
) -> None:
    with desk_scope(rocket.desk):
        steps = [(0, AFTER, Action.CHANNEL), (10, AFTER, Action.PAGE), (15, SILENCE, Action.LEAD)]
        ladder = add_ladder(rocket, steps)
        add_turn(make_rota(rocket, rocket.colleague), rocket.colleague, timezone.now())
    text = admin.get(f"{LADDERS}{ladder.pk}/change/").content.decode()
    assert "At the deadline: Notify the team channel" in text
    assert "10 minutes after the deadline: Page the agents on call" in text
    assert "2:10 AM: Notify the team channel. No chat channel is set up for it" in text
    assert "2:20 AM: Page the agents on call (Colleague)" in text
    assert "2:35 AM: Notify the leads (Lead)" in text


def test_the_page_names_the_gaps_of_the_rota(rocket: Cast, admin: Client) -> None:
    with desk_scope(rocket.desk):
        ladder = add_ladder(rocket)
    text = admin.get(f"{LADDERS}{ladder.pk}/change/").content.decode()
    assert "None in the next seven days." not in text


def test_a_service_keeps_its_key_sealed_and_unshown(rocket: Cast, admin: Client) -> None:
    form = {"name": "PD", "is_active": "on", "kind": "pagerduty", "url": "", "secret": ROUTING_KEY}
    assert admin.post(f"{SERVICES}add/", form).status_code == 302
    with desk_scope(rocket.desk):
        service = PagingService.objects.get()
        assert service.secret == ROUTING_KEY
        assert ROUTING_KEY not in service.sealed_secret
    url = f"{SERVICES}{service.pk}/change/"
    assert ROUTING_KEY not in admin.get(url).content.decode()
    assert admin.post(url, form | {"name": "PagerDuty", "secret": ""}).status_code == 302
    with desk_scope(rocket.desk):
        assert PagingService.objects.get().secret == ROUTING_KEY


@pytest.mark.parametrize(
    ("kind", "url", "secret", "problem"),
    [
        ("webhook", "", "a long enough secret", "Enter the URL of the webhook."),
        ("pagerduty", "", "", "Enter the key or secret of the service."),
        ("jsm", "", "short", "Enter at least 16 characters."),
    ],
)
def test_what_a_service_needs(
    rocket: Cast, admin: Client, kind: str, url: str, secret: str, problem: str
) -> None:
    form = {"name": "X", "is_active": "on", "kind": kind, "url": url, "secret": secret}
    assert problem in admin.post(f"{SERVICES}add/", form).content.decode()


def test_the_test_button_says_what_the_service_answered(rocket: Cast, admin: Client) -> None:
    with serve_paging() as fake:
        with desk_scope(rocket.desk):
            service = PagingService(desk=rocket.desk, name="PD", kind="pagerduty", url=fake.url)
            service.enter_secret(ROUTING_KEY)
            service.save()
        text = admin.post(f"{SERVICES}{service.pk}/test/", follow=True).content.decode()
        assert "The test alert was accepted" in text
        assert list(fake.alerts.values()) == ["resolve"]


def test_a_service_by_email_needs_no_url_and_can_be_tested(
    rocket: Cast, admin: Client, mailoutbox: Any
) -> None:
    form = {"name": "Mail", "is_active": "on", "kind": "email"}
    assert admin.post(f"{SERVICES}add/", form).status_code == 302
    with desk_scope(rocket.desk):
        url = f"{SERVICES}{PagingService.objects.get().pk}/"
    page = admin.get(f"{url}change/").content.decode()
    assert 'name="url"' not in page
    assert 'name="secret"' not in page
    assert "Send a test alert" in page
    answer = admin.post(f"{url}test/", follow=True).content.decode()
    assert f"The test alert was sent to {rocket.admin.user.email}." in answer
    assert [message.to for message in mailoutbox] == [[rocket.admin.user.email]]
    changed = admin.post(f"{url}change/", form | {"kind": "webhook"}).content.decode()
    assert "Enter the URL of the webhook." in changed
    assert 'name="url"' in changed


def test_another_desks_admin_finds_neither(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    with desk_scope(rocket.desk):
        ladder = add_ladder(rocket)
        service = PagingService.objects.create(desk=rocket.desk, name="PD", kind="pagerduty")
    stranger = sign_in(matter.admin.user)
    for url in (
        f"/matter/admin/sla/ladder/{ladder.pk}/change/",
        f"/matter/admin/channels_intake/pagingservice/{service.pk}/change/",
    ):
        assert stranger.get(url).status_code == 404
    url = f"/matter/admin/channels_intake/pagingservice/{service.pk}/test/"
    assert stranger.post(url).status_code == 404


@pytest.mark.parametrize("change", [{"url": "https://evil.example"}, {"kind": "jsm"}])
def test_a_stored_key_never_goes_to_another_address(
    rocket: Cast, admin: Client, change: dict[str, str]
) -> None:
    form = {"name": "PD", "is_active": "on", "kind": "pagerduty", "url": "", "secret": ROUTING_KEY}
    admin.post(f"{SERVICES}add/", form)
    with desk_scope(rocket.desk):
        service = PagingService.objects.get()
    url, given = f"{SERVICES}{service.pk}/change/", form | change | {"secret": ""}
    answer = admin.post(url, given).content.decode()
    assert "Enter this secret again, because the URL has changed." in answer
    email = given | {"kind": "email", "url": ""}
    refused = admin.post(url, email | {"url": "https://else.example"}).content.decode()
    assert "Email to the alerted agents” doesn" in refused  # nothing would read the URL
    assert admin.post(url, email).status_code == 302
    assert admin.post(url, given | {"kind": "jsm"}).status_code == 200
    assert admin.post(url, given | {"secret": "another key of it"}).status_code == 302

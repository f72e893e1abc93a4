"""Admin pages of ladders and paging services."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.models import PagingService
from sla.models import Action, Ladder
from tests.cast import Cast
from tests.ladders.helpers import AFTER, SILENCE, add_ladder
from tests.ladders.paging_fake import ROUTING_KEY, serve_paging
from tests.staff import add_turn, make_rota

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
    assert "2:10 AM: Notify the team channel" in text
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
    email = given | {"kind": "email"}
    assert admin.post(url, email).status_code == 302
    assert admin.post(url, given | {"kind": "jsm"}).status_code == 200
    assert admin.post(url, given | {"secret": "another key of it"}).status_code == 302

"""A device that is tried, one whose subscription the browser renewed, and one that has gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from helpdesk.notify.keys import get_server_key
from helpdesk.notify.pushes import send_due_pushes
from helpdesk.notify.sending import send_due_emails
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tests.notes.push_fake import Browser, PushFake, serve_pushes
from tests.notes.test_pushes import mention
from tickets.models import Notification, NotificationEmail, PushSubscription, Ticket
from tickets.notify.choosing import Choices, Ways, get_choices, set_choices

URL = "/rocket/agent/notifications/devices/"
PAGE = "/rocket/agent/notifications/settings/"
OURS = {"Sec-Fetch-Site": "same-origin"}
LACKS = "no device shows them"


@pytest.fixture
def service() -> Iterator[PushFake]:
    with serve_pushes() as fake:
        fake.now = timezone.now()
        yield fake


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


@pytest.fixture
def as_colleague(rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(rocket.colleague.user)


def add(client: Client, service: PushFake) -> Browser:
    browser = service.subscribe(get_server_key().public)
    assert client.post(URL, browser.form).status_code == 303
    return browser


def want_devices_only(cast: Cast) -> None:
    ways = {topic: Ways(False, False, by_push=True) for topic in get_choices(cast.colleague).ways}
    set_choices(agent=cast.colleague, choices=Choices(ways, waits_for_shift=False))


def get_device(cast: Cast) -> PushSubscription:
    with inside(cast):
        return PushSubscription.objects.get()


def test_a_test_is_shown_and_what_goes_wrong_is_told(
    rocket: Cast, client: Client, service: PushFake
) -> None:
    browser = add(client, service)
    test = f"{URL}{get_device(rocket).pk}/test/"
    assert "The test is on its way." in client.post(test, follow=True).content.decode()
    (shown,) = browser.shown
    assert shown["body"] == "This is a test notification."
    for status, told in ((503, "Try again in a few minutes."), (400, "refused the test.")):
        service.next_answers.append((status, {}))
        assert told in client.post(test, follow=True).content.decode()
    service.next_answers.append((410, {}))
    assert "so it was removed" in client.post(test, follow=True).content.decode()
    with inside(rocket):
        assert not PushSubscription.objects.exists()
    assert client.post(test).status_code == 404


def test_a_browser_that_renewed_its_subscription_stays_the_same_device(
    rocket: Cast, client: Client, service: PushFake
) -> None:
    old, device = add(client, service), get_device(rocket)
    fresh = service.subscribe(old.server_key)
    renewed = client.post(f"{URL}renewal/", fresh.form, headers=OURS)
    assert renewed.status_code == 204
    assert (get_device(rocket).pk, get_device(rocket).endpoint) == (device.pk, fresh.endpoint)
    client.post(f"{URL}{device.pk}/test/")
    assert (len(old.shown), len(fresh.shown)) == (0, 1)


def test_no_other_site_or_person_renews_it(
    rocket: Cast, matter: Cast, client: Client, service: PushFake, sign_in: SignIn
) -> None:
    add(client, service)
    device, mine = get_device(rocket), service.subscribe(get_server_key().public).form
    renewal, cookies = f"{URL}renewal/", client.cookies
    for site in ("cross-site", "same-site", "none"):
        refused = client.post(renewal, mine, headers={"Sec-Fetch-Site": site})
        assert refused.status_code == 403
    assert client.post(renewal, mine).status_code == 403
    assert client.post(renewal, {**mine, "auth_secret": "x"}, headers=OURS).status_code == 404
    for user in (rocket.lead.user, matter.admin.user):
        person = sign_in(user)
        person.cookies["notification_devices"] = cookies["notification_devices"].value
        assert person.post(renewal, mine, headers=OURS).status_code == 404
        assert person.post(f"{URL}{device.pk}/test/").status_code == 404
    assert sign_in(rocket.analyst.user).post(renewal, mine, headers=OURS).status_code == 404
    assert get_device(rocket).endpoint == device.endpoint


def test_what_the_last_device_did_not_show_comes_by_email_and_in_the_page(
    in_rocket: Cast, ticket: Ticket, service: PushFake, as_colleague: Client
) -> None:
    browsers = [add(as_colleague, service) for _ in range(2)]
    want_devices_only(in_rocket)
    for browser in browsers:
        browser.has_ended = True
        assert LACKS not in as_colleague.get(PAGE).content.decode()
    mention(in_rocket, ticket)
    assert Notification.objects.get(agent=in_rocket.colleague).read_at is not None
    send_due_pushes(desk_id=in_rocket.desk.pk, at=NOON)
    assert not PushSubscription.objects.exists()
    assert Notification.objects.get(agent=in_rocket.colleague).read_at is None
    send_due_emails(desk_id=in_rocket.desk.pk, at=NOON)
    (email,) = mail.outbox
    assert email.to == [in_rocket.colleague.user.email]
    assert "No device shows your notifications anymore" in email.body
    assert LACKS in as_colleague.get(PAGE).content.decode()


def test_without_a_device_later_ones_come_otherwise_too(
    in_rocket: Cast, ticket: Ticket, as_colleague: Client
) -> None:
    want_devices_only(in_rocket)
    mention(in_rocket, ticket)
    assert Notification.objects.get(agent=in_rocket.colleague).read_at is None
    assert NotificationEmail.objects.filter(agent=in_rocket.colleague).exists()


def test_who_never_chose_devices_is_told_nothing(
    in_rocket: Cast, ticket: Ticket, as_colleague: Client
) -> None:
    ways = {topic: Ways(False, False) for topic in get_choices(in_rocket.colleague).ways}
    set_choices(agent=in_rocket.colleague, choices=Choices(ways))
    mention(in_rocket, ticket)
    assert not Notification.objects.filter(agent=in_rocket.colleague).exists()
    assert LACKS not in as_colleague.get(PAGE).content.decode()

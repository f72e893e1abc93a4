"""The browsers on which an agent gets notifications: adding, removing, signing out."""

from __future__ import annotations

from django.core import signing
from django.test import Client

from helpdesk.notify.keys import get_server_key
from helpdesk.notify.sign_out import COOKIE
from tests.agent.conftest import SignIn, inside
from tests.cast import Cast
from tests.notes.push_fake import Browser
from tickets.models import PushSubscription

URL = "/rocket/agent/notifications/devices/"
PAGE = "/rocket/agent/notifications/settings/"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def make_browser(number: int = 1) -> Browser:
    return Browser(f"http://127.0.0.1:9/push/{number}", get_server_key().public)


def list_devices(cast: Cast) -> list[PushSubscription]:
    with inside(cast):
        return list(PushSubscription.objects.order_by("pk"))


def test_a_browser_is_added_once_and_removed(rocket: Cast, client: Client) -> None:
    assert f'data-server-key="{get_server_key().public}"' in client.get(PAGE).content.decode()
    for _ in range(2):
        posted = client.post(URL, make_browser().form, headers={"User-Agent": FIREFOX})
        assert posted.status_code == 303
    (device,) = list_devices(rocket)
    assert (device.agent_id, device.name) == (rocket.analyst.pk, "Firefox · Windows")
    assert device.server_key == get_server_key().public
    page = client.get(PAGE).content.decode()
    assert "Firefox · Windows" in page
    assert device.endpoint not in page
    assert client.post(f"{URL}{device.pk}/removal/").status_code == 303
    assert list_devices(rocket) == []
    assert client.post(f"{URL}{device.pk}/removal/").status_code == 404


def test_what_no_browser_sends_is_refused(rocket: Cast, client: Client) -> None:
    good = make_browser().form
    for bad in (
        {"endpoint": "not a URL"},
        {"endpoint": "file:///etc/passwd"},
        {"endpoint": "http://user@127.0.0.1/"},
        {"endpoint": f"https://push.example/{'x' * 1000}"},
        {"public_key": good["public_key"][:-4]},
        {"public_key": "é" * 87},
        {"auth_secret": "c2hvcnQ"},
        {"auth_secret": ""},
    ):
        client.post(URL, good | bad)
        assert list_devices(rocket) == []
        assert "allow notifications" in client.get(PAGE).content.decode()


def test_others_neither_see_nor_remove_it(
    rocket: Cast, matter: Cast, client: Client, sign_in: SignIn
) -> None:
    client.post(URL, make_browser().form)
    (device,) = list_devices(rocket)
    removal = f"{URL}{device.pk}/removal/"
    for user in (rocket.lead.user, rocket.admin.user, matter.admin.user, rocket.customer.user):
        assert sign_in(user).post(removal).status_code == 404
    assert sign_in(matter.admin.user).post(removal.replace("rocket", "matter")).status_code == 404
    assert sign_in(rocket.customer.user).post(URL, make_browser(2).form).status_code == 404
    assert list_devices(rocket) == [device]
    observer = sign_in(rocket.observer.user)
    assert observer.post(URL, make_browser(3).form).status_code == 303
    assert len(list_devices(rocket)) == 2


def test_signing_out_on_a_device_removes_it_only(
    rocket: Cast, client: Client, sign_in: SignIn
) -> None:
    phone = sign_in(rocket.analyst.user)
    client.post(URL, make_browser(1).form)
    phone.post(URL, make_browser(2).form)
    phone.post("/rocket/login/out/")
    assert [device.endpoint[-1] for device in list_devices(rocket)] == ["1"]


def test_signing_out_removes_it_in_a_later_session_too(
    rocket: Cast, client: Client, sign_in: SignIn
) -> None:
    client.post(URL, make_browser().form)
    (device,) = list_devices(rocket)
    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")
    for user, kept in ((rocket.lead.user, [device]), (rocket.analyst.user, [])):
        later = sign_in(user)
        later.cookies[COOKIE] = cookie.value
        later.post("/rocket/login/out/")
        assert list_devices(rocket) == kept


def test_a_forged_cookie_removes_nothing(rocket: Cast, client: Client, sign_in: SignIn) -> None:
    client.post(URL, make_browser().form)
    (device,) = list_devices(rocket)
    other = sign_in(rocket.analyst.user)
    other.cookies[COOKIE] = signing.dumps({str(device.desk_id): device.pk}, salt="another")
    assert other.post("/rocket/login/out/").status_code == 302
    assert list_devices(rocket) == [device]


def test_the_service_worker_is_a_script_of_this_origin(client: Client) -> None:
    got = client.get("/rocket/agent/service-worker.js")
    assert got.status_code == 200
    assert got["Content-Type"].startswith("text/javascript")
    assert "showNotification" in got.content.decode()

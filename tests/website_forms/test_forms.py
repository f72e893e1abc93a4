"""A website form: in a frame or by itself, with the desk's fields, without a captcha."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.tenancy import desk_scope
from channels_intake.connectors.form import stamps
from channels_intake.connectors.form.stamps import is_work_done, make_stamp, read_sum
from channels_intake.models import Connection
from tests.cast import Cast
from tests.channels_intake.conftest import run_mail as run_mail  # a fixture
from tickets.models import Attachment, Channel, FormField, Ticket

ELSEWHERE = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture(autouse=True)
def _no_wait(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stamps, "MIN_AGE", timedelta(seconds=-1))
    cache.clear()


@pytest.fixture
def form(rocket: Cast) -> Connection:
    """A form of the first desk, which asks for the system."""
    settings = {"hosts": "www.acme.example", "privacy_url": "https://acme.example/privacy"}
    with desk_scope(rocket.desk):
        FormField.objects.create(
            desk=rocket.desk, key="os", label="System", kind="select", choices=["Linux", "macOS"],
            is_required=True,
        )  # fmt: skip
        return Connection.objects.create(
            desk=rocket.desk, kind="form", name="Contact", settings=settings
        )


def get_url(form: Connection) -> str:
    return f"/rocket/form/{form.hook_token}/"


def work(stamp: str) -> str:
    """Compute as the browser does."""
    return next(str(n) for n in count() if is_work_done(stamp, str(n)))


def fill_in(form: Connection, *, with_work: bool = True, **changes: Any) -> dict[str, Any]:
    stamp = make_stamp(form)
    entered = {
        "name": "Passer By",
        "email": "passer@gmail.com",
        "subject": "Hello",
        "message": "My <story>",
        "own_os": "Linux",
        "website": "",
        "stamp": stamp,
        "work": work(stamp) if with_work else "",
        "sum": "",
    }
    return entered | changes


def send(form: Connection, client: Client | None = None, **changes: Any) -> Any:
    return (client or Client(enforce_csrf_checks=True)).post(
        get_url(form), fill_in(form, **changes)
    )


def test_everybody_can_write_with_the_desks_fields_and_files(
    in_rocket: Cast, form: Connection
) -> None:
    file = SimpleUploadedFile("log.txt", b"hello", content_type="text/plain")
    answer = send(form, files=[file])
    assert (answer.status_code, answer["Location"]) == (303, get_url(form) + "sent/")
    ticket = Ticket.objects.get()
    assert (ticket.channel, ticket.is_unverified, ticket.account) == (Channel.WEB, True, None)
    assert (ticket.contact.email, ticket.fields) == ("passer@gmail.com", {"os": "Linux"})
    assert Attachment.objects.get().name == "log.txt"
    assert ticket.messages.get().body_text == "My <story>"


def test_it_asks_what_the_admin_chose(in_rocket: Cast, form: Connection) -> None:
    assert 'name="own_os"' in Client().get(get_url(form)).content.decode()
    form.settings |= {"asks_own_fields": False, "takes_files": False, "intro": "Ask <us>"}
    form.save()
    page = Client().get(get_url(form)).content.decode()
    assert 'name="own_os"' not in page
    assert 'type="file"' not in page
    assert "Ask &lt;us&gt;" in page


def test_errors_keep_what_was_typed(in_rocket: Cast, form: Connection) -> None:
    answer = send(form, email="nonsense", own_os="")
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "My &lt;story&gt;" in page
    assert 'value="nonsense"' in page
    assert "Enter a valid email address." in page
    stamp = re.search(r'name="stamp" value="([^"]+)"', page)
    assert stamp
    assert is_work_done(stamp.group(1), re.search(r'name="work" value="(\d+)"', page).group(1))  # type: ignore[union-attr]  # it is there


# --- Spam -------------------------------------------------------------------------------------


def test_a_bot_that_fills_in_the_trap_opens_nothing(in_rocket: Cast, form: Connection) -> None:
    assert send(form, website="https://spam.example").status_code == 303
    assert not Ticket.objects.exists()


def test_a_form_counts_once(in_rocket: Cast, form: Connection) -> None:
    entered = fill_in(form)
    for _ in range(3):
        assert Client().post(get_url(form), entered).status_code == 303
    assert Ticket.objects.count() == 1


def test_a_form_sent_at_once_is_refused(
    in_rocket: Cast, form: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stamps, "MIN_AGE", timedelta(hours=1))
    answer = send(form)
    assert answer.status_code == 422
    assert "The form was sent too quickly" in answer.content.decode()


@pytest.mark.parametrize("stamp", ["", "forged", "a:b:c"])
def test_a_forged_stamp_is_refused(in_rocket: Cast, form: Connection, stamp: str) -> None:
    assert send(form, stamp=stamp).status_code == 422
    assert not Ticket.objects.exists()


def test_the_stamp_of_another_form_is_refused(in_rocket: Cast, form: Connection) -> None:
    other = Connection.objects.create(desk=in_rocket.desk, kind="form", name="Other", settings={})
    stamp = make_stamp(other)
    assert send(form, stamp=stamp, work=work(stamp)).status_code == 422


def test_without_javascript_a_person_solves_a_sum(in_rocket: Cast, form: Connection) -> None:
    page = Client().get(get_url(form)).content.decode()
    assert re.search(r"What is \d+ \+ \d+\?", page)
    entered = fill_in(form, with_work=False)
    refused = Client().post(get_url(form), entered | {"sum": "99"})
    assert refused.status_code == 422
    assert "Solve the sum" in refused.content.decode()
    right = str(sum(read_sum(form, entered["stamp"])))
    assert Client().post(get_url(form), entered | {"sum": right}).status_code == 303
    assert Ticket.objects.count() == 1


def test_a_network_has_fewer_forms_without_work(in_rocket: Cast, form: Connection) -> None:
    def send_sum(number: int) -> int:
        entered = fill_in(form, with_work=False, email=f"p{number}@gmail.com")
        entered["sum"] = str(sum(read_sum(form, entered["stamp"])))
        return Client().post(get_url(form), entered).status_code

    assert [send_sum(number) for number in range(7)] == [303] * 5 + [429] * 2


def test_an_address_and_a_network_have_their_limits(in_rocket: Cast, form: Connection) -> None:
    assert [send(form).status_code for _ in range(6)] == [303] * 5 + [429]
    cache.clear()
    sent = [send(form, email=f"p{number}@gmail.com").status_code for number in range(12)]
    assert sent == [303] * 10 + [429] * 2


# --- Frames and other sites -------------------------------------------------------------------


def test_only_the_named_websites_can_show_it(in_rocket: Cast, form: Connection) -> None:
    for path in ("", "sent/"):
        page = Client().get(get_url(form) + path)
        assert "frame-ancestors www.acme.example" in page["Content-Security-Policy"]
        assert "X-Frame-Options" not in page
    form.settings = {}
    form.save()
    page = Client().get(get_url(form))
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "headers", [ELSEWHERE, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"}]
)
def test_other_sites_cannot_send_it(
    in_rocket: Cast, form: Connection, headers: dict[str, str]
) -> None:
    answer = Client().post(get_url(form), fill_in(form), headers=headers)
    assert answer.status_code == 403
    assert not Ticket.objects.exists()


def test_who_is_signed_in_doesnt_matter(in_rocket: Cast, form: Connection, sign_in: Any) -> None:
    send(form, sign_in(in_rocket.customer.user), email="other@gmail.com")
    ticket = Ticket.objects.get()
    assert (ticket.contact.email, ticket.is_unverified) == ("other@gmail.com", True)


def test_the_script_is_small_cached_and_the_same_for_all(form: Connection) -> None:
    script = Client().get(f"{get_url(form)[:-1]}.js")
    assert script["Cache-Control"] == "public, max-age=600"
    assert not script.cookies
    assert len(script.content) < 2_000


def test_other_desks_have_no_such_form(form: Connection, matter: Cast) -> None:
    for path in ("", "sent/"):
        assert Client().get(f"/matter/form/{form.hook_token}/{path}").status_code == 404
    assert Client().get(f"/matter/form/{form.hook_token}.js").status_code == 404


def test_the_page_after_it_is_the_same_for_everyone(in_rocket: Cast, form: Connection) -> None:
    def bare(email: str) -> bytes:
        return Client().post(get_url(form), fill_in(form, email=email), follow=True).content

    assert bare(in_rocket.customer.email) == bare("new@nowhere.example")


# --- Proof of the address ---------------------------------------------------------------------


def find_link() -> str:
    [message] = mail.outbox
    assert "story" not in message.body + message.subject
    assert "Passer" not in message.body
    link = next(word for word in message.body.split() if "/email-address/" in word)
    return link[link.index("/rocket/") :]


def test_one_click_proves_the_address(in_rocket: Cast, form: Connection, run_mail: Any) -> None:
    send(form, email=in_rocket.customer.email)
    run_mail(in_rocket.desk, at=timezone.now())
    link, browser = find_link(), Client()
    assert "Did you send" in browser.get(link).content.decode()
    assert Ticket.objects.get().is_unverified  # mail scanners open links, too
    assert "is confirmed" in browser.post(link).content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.is_unverified, ticket.account) == (False, in_rocket.account)
    assert browser.post(link).status_code == 200  # twice is harmless


def test_a_link_proves_one_request_only(in_rocket: Cast, form: Connection, run_mail: Any) -> None:
    send(form, email=in_rocket.customer.email)
    run_mail(in_rocket.desk, at=timezone.now())
    send(form, email=in_rocket.customer.email, subject="Another person's")
    Client().post(find_link())
    assert list(Ticket.objects.order_by("pk").values_list("is_unverified", flat=True)) == [
        False,
        True,
    ]


def test_a_forged_link_and_one_of_another_desk_prove_nothing(
    in_rocket: Cast, form: Connection, matter: Cast, run_mail: Any
) -> None:
    send(form)
    run_mail(in_rocket.desk, at=timezone.now())
    link = find_link()
    for wrong in (link[:-2] + "/", link.replace("/rocket/", "/matter/")):
        assert Client().post(wrong).status_code == 404
    assert Ticket.objects.get().is_unverified


@pytest.mark.parametrize(
    "files", [[b"x" * (10 * 1024 * 1024 + 1)], [b"x"] * 6], ids=["too large", "too many"]
)
def test_strangers_may_send_less_than_customers(
    in_rocket: Cast, form: Connection, files: list[bytes]
) -> None:
    assert "Up to 5 files, 10.0" in Client().get(get_url(form)).content.decode()
    uploads = [SimpleUploadedFile(f"{n}.txt", content) for n, content in enumerate(files)]
    answer = send(form, files=uploads)
    assert answer.status_code == 422
    assert "The limit is" in answer.content.decode()
    assert not Ticket.objects.exists()

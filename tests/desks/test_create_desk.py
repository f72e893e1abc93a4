"""Create a desk: one service, used by one command and one form (M105)."""

from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import Agent, Department, Desk, Invitation, User
from accounts.tenancy import desk_scope
from channels_intake.models import Mailbox
from helpdesk.desks.creation import DeskCreationError, create_desk
from helpdesk.desks.forms import CreateDeskForm
from sla.models import Calendar, Target
from tests.cast import NOON, Cast
from tickets.models import Priority

ARGUMENTS = {
    "name": "Acme",
    "slug": "acme",
    "prefix": "AC",
    "preset": "three-priorities",
    "admin_email": "boss@acme.example",
    "mailbox_addresses": ["support@acme.example", "vip@acme.example"],
    "time_zone": "Europe/Berlin",
    "at": NOON,
}


@pytest.mark.parametrize(
    ("preset", "names", "first"),
    [
        ("three-priorities", ["High", "Medium", "Low"], "Open"),
        ("four-priorities", ["Urgent", "High", "Normal", "Low"], "New"),
    ],
)
def test_a_new_desk_is_complete(db: None, preset: str, names: list[str], first: str) -> None:
    created = create_desk(**ARGUMENTS | {"preset": preset})
    with desk_scope(created.desk):
        assert list(Priority.objects.values_list("name", flat=True)) == names
        assert Priority.objects.filter(is_mail_default=True).count() == 1
        weights = list(Priority.objects.order_by("rank").values_list("weight", flat=True))
        assert weights == [3] + [1] * (len(names) - 1)
        assert created.desk.idle_minutes == 30
        assert set(Department.objects.values_list("kind", flat=True)) == {
            "paid",
            "community",
            "trials",
        }
        assert Target.objects.count() == len(names)
        assert {c.name: c.windows.count() for c in Calendar.objects.all()} == {"12x5": 5, "24x7": 0}
        assert Mailbox.objects.get(is_default=True).address == "support@acme.example"
        assert not Agent.objects.exists()
        assert created.invitation.role == "admin"
    assert created.desk.word_for("new") == first


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("slug", "rocket", "another desk"),
        ("slug", "admin", "itself. Choose another"),
        ("slug", "static", "itself. Choose another"),
        ("slug", "no good", "valid"),
        ("domain", "help.rocket.example", "another desk"),
        ("domain", "not a host", "not a host name"),
        ("time_zone", "Mars/Olympus", "not a time zone"),
        ("language", "tlh", "doesn't support the language"),
        ("accent", "pink", "not a valid choice"),
        ("prefix", "A1", "capital letters"),
        ("preset", "five", "There is no preset"),
        ("admin_email", "nobody", "not an email address"),
        ("admin_email", "support@acme.example", "mailbox"),
        ("mailbox_addresses", ["support@rocket.example"], "another desk"),
        ("mailbox_addresses", ["nonsense"], "not a valid email address"),
        ("name", "", "blank"),
    ],
)
def test_an_error_names_its_field_and_nothing_is_saved(
    rocket: Cast, field: str, value: object, why: str
) -> None:
    Desk.objects.filter(pk=rocket.desk.pk).update(domain="help.rocket.example")
    with pytest.raises(DeskCreationError, match=why) as error:
        create_desk(**ARGUMENTS | {field: value})
    assert error.value.field == field
    assert not Desk.objects.exclude(pk=rocket.desk.pk).exists()


def run(*args: str) -> str:
    out = StringIO()
    call_command("create_desk", *args, stdout=out)
    return out.getvalue()


def test_the_command_creates_a_desk_and_sends_the_invitation(db: None) -> None:
    output = run(
        "Acme", "--slug=acme", "--preset=four-priorities", "--admin=boss@acme.example",
        "--mailbox=support@acme.example", "--time-zone=Europe/Berlin", "--domain=help.acme.example",
    )  # fmt: skip
    assert "/acme/" in output
    assert "ALLOWED_HOSTS" in output
    [sent] = mail.outbox
    assert sent.to == ["boss@acme.example"]
    assert "//testserver/acme/invitation/" in sent.body
    assert Desk.objects.get(slug="acme").ticket_prefix == "AC"


def test_the_command_reports_an_error_in_one_line(rocket: Cast) -> None:
    with pytest.raises(
        CommandError, match=r"^slug: The path “rocket” already belongs to another desk\.$"
    ):
        run("Other", "--slug=rocket", "--admin=boss@acme.example")
    assert mail.outbox == []


def test_the_first_admin_signs_up_by_the_link_in_the_email(db: None, client: Client) -> None:
    output = run("Acme", "--slug=acme", "--admin=boss@acme.example", "--show-link")
    [link] = [word for word in output.split() if word.startswith("http")]
    path = "/" + link.split("/", 3)[3]
    client.post(path, {"name": "Bo Ss", "password": "a long enough pass phrase"})
    desk = Desk.objects.get(slug="acme")
    with desk_scope(desk):
        assert Agent.objects.get().role == "admin"
        assert Invitation.objects.get().used_at is not None


@pytest.mark.django_db(transaction=True)
def test_the_form_creates_a_desk_and_shows_errors_next_to_their_field(rocket: Cast) -> None:
    chief = User.objects.create_superuser("root@plumbline.example", "x")
    data = {
        **{key: ARGUMENTS[key] for key in ("name", "slug", "preset", "admin_email", "time_zone")},
        "ticket_prefix": "AC",
        "language": "en",
        "accent": "teal",
        "mailbox_addresses": "support@rocket.example",
    }
    form = CreateDeskForm(data)
    assert form.is_valid(), form.errors
    assert form.create(at=NOON, by=chief) is None
    assert "another desk" in str(form.errors["mailbox_addresses"])
    assert not Desk.objects.filter(slug="acme").exists()
    form = CreateDeskForm(data | {"mailbox_addresses": "support@acme.example\n"})
    assert form.is_valid(), form.errors
    created = form.create(at=NOON, by=chief)
    assert created is not None
    assert [sent.to for sent in mail.outbox] == [["boss@acme.example"]]


def test_a_desk_cannot_take_the_host_of_the_installation(rocket: Cast, settings: Any) -> None:
    settings.SITE_URL = "https://help.host.example"
    with pytest.raises(DeskCreationError, match="is the installation's domain") as error:
        create_desk(**ARGUMENTS | {"domain": "help.host.example"})
    assert error.value.field == "domain"

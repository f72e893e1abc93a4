"""Portal templates get everything they show: a missing value fails instead of rendering nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.template import engines
from django.template.loader import render_to_string
from django.test import Client
from django.utils import timezone

from helpdesk.portal.business_hours import BusinessHours
from helpdesk.portal.forms import PriorityCard
from helpdesk.portal.people import PersonRow
from helpdesk.portal.sla_table import SlaTable
from helpdesk.portal.tickets import RequestRow
from tests.cast import NOON, Cast
from tests.portal.conftest import SignIn, user_of
from tickets.actors import Actor
from tickets.services import add_participant, close, reply


class Missing(str):
    """A string_if_invalid that raises for any variable a template can't resolve."""

    def __contains__(self, part: object) -> bool:
        return True

    def __mod__(self, name: object) -> str:
        raise AssertionError(f"The template has no value for {name!r}.")


@pytest.fixture
def strict(monkeypatch: pytest.MonkeyPatch) -> None:
    engine: Any = engines["django"]
    monkeypatch.setattr(engine.engine, "string_if_invalid", Missing("%s"))


def test_a_missing_value_is_noticed(strict: None) -> None:
    with pytest.raises(AssertionError, match=r"row\.plan"):
        render_to_string("portal/_plans_table.html", {"rows": [None], "caption": "", "sla": None})


ROW = RequestRow(
    url="/portal/requests/7/",
    number="RC-7",
    subject="<b>Down</b>",
    status="open",
    status_word="Open",
    updated_iso="2026-11-22T11:00:00+00:00",
    updated_text="3 min",
    updated_title="Sunday",
    requester="Jonas Weber",
)


def test_a_row_shows_the_request_and_its_requester(strict: None) -> None:
    page = render_to_string("portal/_requests.html", {"requests": [ROW]})
    assert "&lt;b&gt;Down&lt;/b&gt;" in page
    assert '<time datetime="2026-11-22T11:00:00+00:00" title="Sunday" data-relative="ago">' in page
    assert "Jonas Weber" in page
    assert 'dir="auto"' in page


@pytest.mark.parametrize(
    ("role", "button"),
    [
        ("contact", "Make point of contact"),
        ("point_of_contact", "Remove as point of contact"),
        ("manager", None),
    ],
)
def test_a_persons_button_changes_the_role(strict: None, role: str, button: str | None) -> None:
    person = PersonRow(
        id=3,
        name="Ann",
        email="ann@acme.example",
        initials="A",
        role=role,
        role_label="Role",
        has_signed_in=False,
        is_me=True,
        error="Too many.",
    )
    page = render_to_string("portal/_person.html", {"person": person, "csrf_token": "t"})
    assert "(you)" in page
    assert "Hasn't signed in yet" in page
    assert 'id="refused-3" role="alert"' in page
    assert button is None or f">{button}<" in page
    assert ("/role/" in page) == bool(button)


def test_a_priority_card_shows_the_definition(strict: None, in_rocket: Cast) -> None:
    card = PriorityCard(1, "High", "Nobody can work.", 1, is_checked=True)
    form = {"auto_id": "id_priority", "label": "Priority", "html_name": "priority"}
    field = form | {"help_text": "", "errors": []}
    page = render_to_string("portal/_priority.html", {"field": field, "priorities": [card]})
    assert "Nobody can work." in page
    assert "checked" in page


def test_a_plans_table_without_rows_renders(strict: None) -> None:
    table = SlaTable(
        tables=[],
        exceptions=[],
        plans=[],
        channels=[],
        hours=[BusinessHours("24x7", "always")],
        priorities=[],
    )
    context: dict[str, Any] = {"rows": [], "caption": "First response", "sla": table}
    assert 'aria-label="First response"' in render_to_string("portal/_plans_table.html", context)


PAGES = [
    "",
    "portal/plans/",
    "portal/contact/",
    "portal/contact/sent/",
    "portal/requests/",
    "portal/requests/?view=open",
    "portal/requests/?view=closed",
    "portal/requests/?q=nothing",
    "portal/requests/new/",
    "portal/people/",
]


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("is_full", [False, True])
def test_a_managers_pages_have_every_value(
    strict: None, in_rocket: Cast, sign_in: SignIn, path: str, is_full: bool
) -> None:
    if is_full:
        for _ in range(22):
            in_rocket.open_ticket()
    assert sign_in(user_of(in_rocket.manager)).get(f"/rocket/{path}").status_code == 200


@pytest.mark.parametrize("path", ["", "portal/plans/", "portal/contact/", "portal/contact/sent/"])
def test_a_visitors_pages_have_every_value(
    strict: None, in_rocket: Cast, client: Client, path: str
) -> None:
    assert client.get(f"/rocket/{path}").status_code == 200


@pytest.mark.parametrize("path", ["", "portal/requests/"])
def test_a_strangers_pages_have_every_value(
    strict: None, in_rocket: Cast, matter: Cast, sign_in: SignIn, path: str
) -> None:
    client = sign_in(user_of(matter.customer))
    assert "not a contact of Rocket yet" in client.get(f"/rocket/{path}").content.decode()


@pytest.mark.parametrize("state", ["open", "waiting", "closed"])
def test_a_tickets_page_has_every_value(
    strict: None, in_rocket: Cast, as_customer: Client, state: str
) -> None:
    ticket = in_rocket.open_ticket(at=timezone.now())
    by = Actor.of(in_rocket.analyst)
    add_participant(ticket_id=ticket.pk, contact=in_rocket.customer_colleague, by=by, at=NOON)
    if state == "waiting":
        reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Try this.", at=timezone.now())
    if state == "closed":
        close(ticket_id=ticket.pk, by=by, at=timezone.now())
    url = f"/rocket/portal/requests/{ticket.number}/"
    page = as_customer.get(url).content.decode()
    assert "Followers (CC): <bdi>Coworker</bdi>" in page
    assert as_customer.post(f"{url}answers/", {"form_token": "t"}).status_code == 422


@pytest.mark.parametrize("is_not_in_plan", [False, True])
def test_a_refusal_has_every_value(
    strict: None, in_rocket: Cast, as_customer: Client, is_not_in_plan: bool
) -> None:
    if is_not_in_plan:
        in_rocket.plan.allows_portal = False
        in_rocket.plan.save()
    else:
        in_rocket.customer.role = "contact"
        in_rocket.customer.save()
        in_rocket.plan.only_points_of_contact = True
        in_rocket.plan.save()
    assert as_customer.get("/rocket/portal/requests/new/").status_code == 403

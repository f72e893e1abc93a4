"""Plans, products, departments, tags, fields, priorities and macros: set by admins of the desk."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Agent, AuditEntry, Department, Plan, Product
from accounts.tenancy import desk_scope
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tickets.actors import Actor
from tickets.fields.setting import set_field_values
from tickets.models import FormField, Macro, Priority, Tag, TicketTag

API = "/rocket/api/v1/"


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


def list_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.json()
    return [error["field"] for error in answer.json()["errors"]]


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


def make_bodies(cast: Cast) -> dict[str, dict[str, Any]]:
    """Return a body for each list, as it is read back."""
    member = {
        "kind": "agent",
        "id": cast.analyst.pk,
        "name": cast.analyst.name,
        "email": cast.analyst.user.email,
    }
    server = {"kind": "product", "id": Product.objects.get().pk, "name": "Server"}
    return {
        "plans": {
            "name": "Gold",
            "description": "For large companies.",
            "position": 3,
            "allows_portal": True,
            "allows_mail": True,
            "allows_hotline": True,
            "allows_emergencies": False,
            "is_self_service": False,
            "has_success_manager": True,
            "is_retired": False,
            "impact_weight": 5,
            "points_of_contact": 3,
            "only_points_of_contact": False,
            "products": [server],
        },
        "products": {"name": "Desktop"},
        "departments": {
            "name": "Billing",
            "kind": "other",
            "visibility": "members",
            "position": 4,
            "members": [member],
        },
        "tags": {"name": "vip"},
        "closing-reasons": {"name": "Handed to sales", "is_solution": True, "is_active": True},
        "ticket-fields": {
            "key": "system",
            "label": "System",
            "kind": "select",
            "help_text": "",
            "is_asked": True,
            "is_required": False,
            "required_for": "",
            "shown_value": "",
            "is_retired": False,
            "position": 1,
            "choices": ["Linux", "Windows"],
            "department": None,
            "product": server,
            "shown_if": None,
        },
        "priorities": {
            "name": "Emergency",
            "rank": 1,
            "definition": "Nobody can work.",
            "weight": 4,
            "is_mail_default": False,
            "is_retired": False,
            "translations": {"de": {"name": "Notfall"}},
        },
    }


@pytest.fixture
def bodies(in_rocket: Cast) -> dict[str, dict[str, Any]]:
    Product.objects.create(desk=in_rocket.desk, name="Server")
    return make_bodies(in_rocket)


def test_an_admin_adds_changes_and_deletes_each_and_it_is_in_the_history(
    in_rocket: Cast, bodies: dict[str, Any], admin: Client, sign_in: SignIn
) -> None:
    observer = sign_in(in_rocket.observer.user)
    for place, body in bodies.items():
        known = AuditEntry.objects.count()
        added = send(admin, "post", f"{place}/", body)
        assert added.status_code == 201, (place, added.json())
        row = added.json()
        assert row == {"id": row["id"], **body}, place
        assert row in observer.get(f"{API}{place}/").json()["results"], place
        name = "label" if "label" in body else "name"
        changed = send(admin, "patch", f"{place}/{row['id']}/", {name: "Other"})
        assert changed.json() == {**row, name: "Other"}, place
        assert observer.get(f"{API}{place}/{row['id']}/").json() == changed.json()
        assert send(admin, "patch", f"{place}/{row['id']}/", changed.json()).status_code == 200
        assert admin.delete(f"{API}{place}/{row['id']}/").status_code == 204, place
        assert row["id"] not in [one["id"] for one in admin.get(f"{API}{place}/").json()["results"]]
        entries = list(AuditEntry.objects.order_by("pk"))[known:]
        assert [entry.action for entry in entries] == ["added", "changed", "deleted"], place
        assert entries[1].detail["changes"] == {name: [body[name], "Other"]}, place


def test_others_read_and_cannot_write(
    in_rocket: Cast, matter: Cast, bodies: dict[str, Any], admin: Client, sign_in: SignIn
) -> None:
    lead, foreign = sign_in(in_rocket.lead.user), sign_in(matter.admin.user)
    for place, body in bodies.items():
        row = send(admin, "post", f"{place}/", body).json()
        one = f"{place}/{row['id']}/"
        assert lead.get(f"{API}{one}").json() == row
        assert send(lead, "post", f"{place}/", body).status_code == 403
        assert send(lead, "patch", one, {"name": "Mine"}).status_code == 403
        assert lead.delete(f"{API}{one}").status_code == 403
        for method in ("get", "patch", "delete"):
            answer = getattr(foreign, method)(f"/matter/api/v1/{one}")
            assert answer.status_code == 404, (method, place)


def test_taken_names_and_impossible_values_name_their_field(
    in_rocket: Cast, bodies: dict[str, Any], admin: Client
) -> None:
    for place, body in bodies.items():
        assert send(admin, "post", f"{place}/", body).status_code == 201
        key = "key" if "key" in body else "name"
        assert list_fields(send(admin, "post", f"{place}/", body)) == [key], place
        assert list_fields(send(admin, "post", f"{place}/", {**body, "mood": 1})) == ["mood"]
    new = {place: {**body, "name": "New"} for place, body in bodies.items()}
    for place, change, field in (
        ("plans", {"impact_weight": 0}, "impact_weight"),
        ("plans", {"products": ["Unknown"]}, "products.0"),
        ("plans", {"name": ""}, "name"),
        ("plans", {"description": "a\x00b"}, "description"),
        ("departments", {"kind": "paid"}, "kind"),
        ("departments", {"members": ["nobody@rocket.example"]}, "members.0"),
        ("departments", {"visibility": "nobody"}, "visibility"),
        ("priorities", {"is_retired": True, "is_mail_default": True}, "is_retired"),
        ("priorities", {"rank": 0}, "rank"),
    ):
        assert list_fields(send(admin, "post", f"{place}/", new[place] | change)) == [field], change


def test_a_deletion_is_refused_with_what_uses_the_row(
    in_rocket: Cast, bodies: dict[str, Any], admin: Client
) -> None:
    ticket = in_rocket.open_ticket()
    field = FormField.objects.create(desk=in_rocket.desk, key="os", label="OS", kind="text")
    set_field_values(
        ticket_id=ticket.pk,
        values={"os": "Linux"},
        by=Actor.of(in_rocket.analyst),
        at=ticket.created_at,
    )
    for path, user in (
        (f"plans/{in_rocket.plan.pk}/", {"kind": "account", "count": 2}),
        (f"departments/{ticket.department_id}/", {"kind": "ticket", "count": 1}),
        (f"priorities/{ticket.priority_id}/", {"kind": "ticket", "count": 1}),
        (f"ticket-fields/{field.pk}/", {"kind": "field_value", "count": 1}),
    ):
        refused = admin.delete(f"{API}{path}")
        assert refused.status_code == 409, path
        assert user in refused.json()["used_by"], path
    tag = Tag.objects.create(desk=in_rocket.desk, name="vip")
    TicketTag.objects.create(desk=in_rocket.desk, ticket=ticket, tag=tag)
    assert admin.delete(f"{API}tags/{tag.pk}/").status_code == 204
    assert AuditEntry.objects.get().target == "vip"


def test_a_change_needs_the_version_that_was_read_and_a_repeated_post_adds_nothing(
    in_rocket: Cast, bodies: dict[str, Any], admin: Client
) -> None:
    for place, body in bodies.items():
        key = {"idempotency-key": f"once-{place}"}
        made, again = (
            admin.post(f"{API}{place}/", body, content_type="application/json", headers=key)
            for _ in range(2)
        )
        assert (made.status_code, again.status_code) == (201, 201), place
        assert made.json() == again.json()
        one = made.headers["Location"]
        etag = admin.get(one).headers["ETag"]
        change = {"label": "Other"} if "label" in body else {"name": "Other"}
        for status in (200, 412):
            answer = admin.patch(
                one, change, content_type="application/json", headers={"if-match": etag}
            )
            assert answer.status_code == status, (place, answer.json())
            change = dict.fromkeys(change, "Late")


def test_members_of_a_department_are_replaced_and_inactive_ones_stay(
    in_rocket: Cast, admin: Client
) -> None:
    paid = in_rocket.departments["paid"]
    gone = in_rocket.colleague
    Agent.objects.filter(pk=gone.pk).update(is_active=False)
    path = f"departments/{paid.pk}/"
    email = in_rocket.lead.user.email
    [member] = send(admin, "patch", path, {"members": [email, email]}).json()["members"]
    assert member["id"] == in_rocket.lead.pk
    assert set(Department.objects.get(pk=paid.pk).agents.all()) == {in_rocket.lead, gone}
    assert list_fields(send(admin, "patch", path, {"members": [gone.pk]})) == ["members.0"]


def test_a_priority_moves_among_the_others_and_email_keeps_a_default(
    in_rocket: Cast, admin: Client
) -> None:
    default = in_rocket.default_priority
    last = Priority.objects.order_by("rank").last()
    assert last is not None
    others = list(Priority.objects.exclude(pk=last.pk).order_by("rank"))
    moved = send(admin, "patch", f"priorities/{last.pk}/", {"rank": 1})
    assert moved.json()["rank"] == 1
    assert list(Priority.objects.order_by("rank")) == [last, *others]
    path = f"priorities/{default.pk}/"
    assert list_fields(send(admin, "patch", path, {"is_mail_default": False})) == [
        "is_mail_default"
    ]
    assert admin.delete(f"{API}{path}").status_code == 409
    other = next(one for one in [last, *others] if one.pk != default.pk)
    made = send(admin, "patch", f"priorities/{other.pk}/", {"is_mail_default": True})
    assert made.json()["is_mail_default"]
    assert Priority.objects.get(is_mail_default=True) == other


def test_a_field_keeps_its_kind_while_tickets_have_values_and_conditions_do_not_loop(
    in_rocket: Cast, admin: Client
) -> None:
    first = send(
        admin, "post", "ticket-fields/", {"key": "first", "label": "First", "kind": "checkbox"}
    ).json()
    second = send(
        admin,
        "post",
        "ticket-fields/",
        {"key": "second", "label": "Second", "shown_if": "first", "shown_value": "yes"},
    ).json()
    assert second["shown_if"] == {"kind": "ticket_field", "id": first["id"], "name": "first"}
    path = f"ticket-fields/{first['id']}/"
    looped = send(admin, "patch", path, {"shown_if": "second", "shown_value": "x"})
    assert list_fields(looped) == ["shown_if"]
    assert list_fields(send(admin, "patch", path, {"kind": "select"})) == ["choices"]
    set_field_values(
        ticket_id=in_rocket.open_ticket().pk,
        values={"first": "yes"},
        by=Actor.of(in_rocket.analyst),
        at=in_rocket.open_ticket().created_at,
    )
    assert list_fields(send(admin, "patch", path, {"kind": "text"})) == ["kind"]


def test_agents_keep_macros_and_leads_share_them(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    analyst, lead = sign_in(in_rocket.analyst.user), sign_in(in_rocket.lead.user)
    body = {
        "name": "Ask for logs",
        "text": "Please send the logs.",
        "texts": {"de": "Bitte senden Sie die Logs."},
        "changes": {
            "priority": "High",
            "assignee": in_rocket.lead.user.email,
            "add_tags": ["logs"],
            "status": "waiting",
        },
    }
    own = send(analyst, "post", "macros/", body)
    assert own.status_code == 201, own.json()
    row = own.json()
    assert (row["is_shared"], row["version"], row["texts"]) == (False, 1, body["texts"])
    assert row["changes"]["priority"]["name"] == "High"
    assert row["changes"]["assignee"]["id"] == in_rocket.lead.pk
    path = f"macros/{row['id']}/"
    changed = send(analyst, "patch", path, {"name": "Logs", "version": 1}).json()
    assert changed == {**row, "name": "Logs", "version": 2}
    assert send(analyst, "patch", path, {"name": "Late", "version": 1}).status_code == 409
    assert lead.get(f"{API}{path}").status_code == 404
    assert send(analyst, "post", "macros/", {**body, "is_shared": True}).status_code == 403
    shared = send(lead, "post", "macros/", {**body, "is_shared": True}).json()
    assert analyst.get(f"{API}macros/{shared['id']}/").json() == shared
    assert send(analyst, "patch", f"macros/{shared['id']}/", {"name": "X"}).status_code == 403
    for change, field in (
        ({"changes": {"hold_days": 3}}, "changes.hold_reason"),
        ({"changes": {"status": "escalated"}}, "changes.status"),
        ({"changes": {"assigns_to": "me", "assignee": in_rocket.lead.pk}}, "changes.assignee"),
        ({"text": "", "texts": {}, "changes": {}}, "text"),
        ({"text": "{{unknown}}"}, "text"),
        ({"is_shared": True}, "is_shared"),
        ({"changes": {"department": matter.departments["paid"].pk}}, "changes.department"),
    ):
        assert list_fields(send(analyst, "patch", path, change)) == [field], change
    observer = sign_in(in_rocket.observer.user)
    assert send(observer, "post", "macros/", body).status_code == 403
    assert analyst.delete(f"{API}{path}").status_code == 204
    with desk_scope(in_rocket.desk):
        assert [macro.name for macro in Macro.objects.all()] == ["Ask for logs"]
        assert Plan.objects.exists()

"""The policy editor: conditions, targets, order, versions, and policies that are never used."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Plan, PlanProduct, Product
from accounts.tenancy import desk_scope
from sla.models import Clock, Policy, PolicyCondition, Replan, Target
from sla.policies.contents import list_versions
from tests.cast import Cast
from tests.forms import read_form

LIST = "/rocket/admin/sla/policy/"
ADD = f"{LIST}add/"


def fill(cast: Cast, client: Client, **changes: Any) -> dict[str, Any]:
    """Return the form of a new policy for High priority: first response within an hour."""
    form = read_form(client.get(ADD).content.decode())
    given = {
        "name": "Urgent",
        "priority": [cast.priorities["High"].pk],
        "first_response": "1h",
        "first_response_calendar": cast.calendar.pk,
    }
    return {name: value for name, value in {**form, **given, **changes}.items() if value != ""}


def get_policy(cast: Cast, name: str = "Urgent") -> Policy:
    with desk_scope(cast.desk):
        return Policy.objects.get(name=name)


def add(cast: Cast, client: Client, **changes: Any) -> Policy:
    answer = client.post(ADD, fill(cast, client, **changes))
    assert answer.status_code == 302, answer.context["errors"]
    return get_policy(cast, changes.get("name", "Urgent"))


def open_form(client: Client, policy: Policy) -> tuple[str, dict[str, Any]]:
    url = f"{LIST}{policy.pk}/change/"
    return url, read_form(client.get(url).content.decode())


def test_a_policy_is_saved_with_its_conditions_and_targets(rocket: Cast, at_rocket: Client) -> None:
    days = {"next_response": "2 business days", "next_response_calendar": rocket.calendar.pk}
    policy = add(rocket, at_rocket, channel=["email"], resolution="none", **days)
    with desk_scope(rocket.desk):
        conditions = PolicyCondition.objects.filter(policy=policy).order_by("kind")
        assert [(row.kind, row.key) for row in conditions] == [
            ("channel", "email"),
            ("priority", rocket.priorities["High"].pk),
        ]
        targets = Target.objects.filter(policy=policy).order_by("clock")
        assert [(t.clock, t.unit, t.amount, t.by_minute) for t in targets] == [
            ("first_response", "minutes", 60, None),
            ("next_response", "business_days", 2, 1440),
            ("resolution", "none", 0, None),
        ]
        assert AuditEntry.objects.get().action == "added"
    url, form = open_form(at_rocket, policy)
    assert form["next_response"] == "2 business days"
    assert (
        "Applies if the priority is High and the channel is Email."
        in at_rocket.get(url).content.decode()
    )


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"first_response": "30 s"}, "isn&#x27;t a length of time"),
        ({"first_response": "0m"}, "at least one minute"),
        (
            {"first_response": "2 business days", "first_response_calendar": ""},
            "Choose the calendar for this target.",
        ),
        ({"first_response": "2 days"}, "isn&#x27;t a number of business days"),
        ({"name": ""}, "This field is required."),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(
    rocket: Cast, at_rocket: Client, changes: dict[str, str], error: str
) -> None:
    answer = at_rocket.post(ADD, fill(rocket, at_rocket, **changes))
    assert answer.status_code == 200
    assert error in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not Policy.objects.exists()


def test_conditions_that_exclude_each_other_are_refused(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        server, phone = (
            Product.objects.create(desk=rocket.desk, name=name) for name in ("Server", "Phone")
        )
        PlanProduct.objects.create(desk=rocket.desk, plan=rocket.plan, product=server)
    chosen = {"plan": [rocket.plan.pk], "product": [phone.pk]}
    answer = at_rocket.post(ADD, fill(rocket, at_rocket, **chosen))
    assert "No ticket can meet all of these conditions" in answer.content.decode()
    assert add(rocket, at_rocket, **{**chosen, "product": [phone.pk, server.pk]})


def test_each_change_is_a_version_that_says_what_differs(rocket: Cast, at_rocket: Client) -> None:
    policy = add(rocket, at_rocket)
    url, form = open_form(at_rocket, policy)
    both = [rocket.priorities[name].pk for name in ("High", "Medium")]
    at_rocket.post(url, form | {"first_response": "30m", "priority": both})
    at_rocket.post(url, open_form(at_rocket, policy)[1])  # unchanged: no version
    with desk_scope(rocket.desk):
        policy.refresh_from_db()
        latest, first = list_versions(policy)
    assert (policy.version, latest.number, first.changes) == (2, 2, ("Created",))
    assert latest.by == "Admin"
    assert latest.changes == (
        "Priority: High → High, Medium",
        "First response: 1h (12x5) → 30m (12x5)",
    )
    page = at_rocket.get(url).content.decode()
    assert "First response: 1h (12x5) → 30m (12x5)" in page


def post_order(client: Client, places: dict[Policy, int]) -> Any:
    """Post the list as shown, with these positions."""
    page = client.get(LIST)
    formset = page.context["cl"].formset
    sent: dict[str, Any] = {"_save": "Save"}
    sent |= {f"form-{name}": value for name, value in formset.management_form.initial.items()}
    for form in formset.forms:
        sent |= {
            f"{form.prefix}-id": form.instance.pk,
            f"{form.prefix}-position": places.get(form.instance, form.instance.position),
        }
    return client.post(LIST, sent)


def test_policies_are_put_in_order_by_position(rocket: Cast, at_rocket: Client) -> None:
    *_, third = [add(rocket, at_rocket, name=name) for name in ("A", "B", "C")]
    assert post_order(at_rocket, {third: 1}).status_code == 302
    with desk_scope(rocket.desk):
        assert list(Policy.objects.values_list("name", "position")) == [
            ("C", 1),
            ("A", 2),
            ("B", 3),
        ]
        third.refresh_from_db()
        assert "Position: 3 → 1" in list_versions(third)[0].changes


def test_a_policy_that_is_never_used_is_flagged(rocket: Cast, at_rocket: Client) -> None:
    add(rocket, at_rocket, name="All", priority=[])
    add(rocket, at_rocket, name="Some", channel=["email"])
    add(rocket, at_rocket, name="Empty", first_response="")
    with desk_scope(rocket.desk):
        unused = Plan.objects.create(desk=rocket.desk, name="Unused")
    add(rocket, at_rocket, name="Nobody", plan=[unused.pk], first_response="",
        update="1h", update_calendar=rocket.calendar.pk)  # fmt: skip
    page = at_rocket.get(LIST).content.decode()
    assert "It is never used: “All” comes first and accepts the same tickets." in page
    assert "It has no targets, so it changes nothing." in page
    assert "It matches nothing now: no account has the plan and status that it asks for." in page
    with desk_scope(rocket.desk):
        Policy.objects.filter(name="All").update(is_active=False)
    assert "never used" not in at_rocket.get(LIST).content.decode()


def test_the_preview_of_a_policy_asks_and_the_order_does_too(
    rocket: Cast, at_rocket: Client
) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket(priority=rocket.priorities["High"])
    answer = at_rocket.post(ADD, fill(rocket, at_rocket))
    assert "<strong>1</strong> open ticket gets a new deadline." in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not Policy.objects.exists()
    again = read_form(answer.content.decode()) | {"replan_scope": "new"}
    assert at_rocket.post(ADD, again).status_code == 302
    with desk_scope(rocket.desk):
        replan = Replan.objects.get()
        assert (replan.cause, replan.scope, replan.subject) == ("policy", "new", "Urgent")
        clock = Clock.objects.get(ticket=ticket, kind="first_response")
        assert clock.target_seconds == 480 * 60


def test_of_two_admins_who_change_a_target_the_second_is_told(
    rocket: Cast, at_rocket: Client
) -> None:
    policy = add(rocket, at_rocket)
    url, mine = open_form(at_rocket, policy)
    at_rocket.post(url, mine | {"first_response": "2h"})
    answer = at_rocket.post(url, mine | {"first_response": "3h"})
    assert "Another admin changed this to “2h” while you were editing." in answer.content.decode()
    assert at_rocket.post(url, mine | {"name": "Renamed"}).status_code == 302
    with desk_scope(rocket.desk):
        assert Target.objects.get(policy=policy).amount == 120


def test_another_desks_rows_are_no_choices(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    theirs = {"priority": [next(iter(matter.priorities.values())).pk]}
    answer = at_rocket.post(ADD, fill(rocket, at_rocket, **theirs))
    assert "is not one of the available choices" in answer.content.decode()
    with desk_scope(matter.desk):
        policy = Policy.objects.create(desk=matter.desk, name="Theirs")
    assert at_rocket.get(f"{LIST}{policy.pk}/change/").status_code == 404
    assert "Theirs" not in at_rocket.get(LIST).content.decode()

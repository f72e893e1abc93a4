"""Members and visibility of a department are set on one page and audited."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import Agent, AuditEntry, Department
from accounts.tenancy import desk_scope
from tests.cast import Cast

PAGE = "/rocket/admin/accounts/department"


def post(client: Client, department: Department, members: list[Agent], **changes: Any) -> Any:
    form = {
        "name": department.name,
        "kind": department.kind,
        "position": 0,
        "visibility": "everyone",
    }
    chosen = {"members": [agent.pk for agent in members]}
    return client.post(f"{PAGE}/{department.pk}/change/", form | chosen | changes)


def read_members(cast: Cast, department: Department) -> set[Agent]:
    with desk_scope(cast.desk):
        return set(Agent.objects.filter(departments=department))


def test_the_page_explains_visibility(rocket: Cast, at_rocket: Client) -> None:
    page = at_rocket.get(f"{PAGE}/{rocket.departments['paid'].pk}/change/").content.decode()
    assert "Members only" in page
    assert "other agents cannot find this department" in page


def test_visibility_and_members_are_audited(rocket: Cast, at_rocket: Client) -> None:
    paid = rocket.departments["paid"]
    members = [rocket.analyst, rocket.lead]
    assert post(at_rocket, paid, members, visibility="members").status_code == 302
    assert read_members(rocket, paid) == {rocket.analyst, rocket.lead}
    with desk_scope(rocket.desk):
        [entry] = AuditEntry.objects.all()
    everybody = ["Admin", "Analyst", "Colleague", "Lead", "Level Two", "Observer"]
    assert (entry.user, entry.action, entry.target) == (
        rocket.admin.user,
        "changed",
        "Paid Support",
    )
    assert entry.detail["changes"] == {
        "visibility": ["everyone", "members"],
        "members": [everybody, ["Analyst", "Lead"]],
    }


def test_saving_without_a_change_is_not_audited(rocket: Cast, at_rocket: Client) -> None:
    paid = rocket.departments["paid"]
    members = read_members(rocket, paid)
    assert post(at_rocket, paid, list(members)).status_code == 302
    assert read_members(rocket, paid) == members
    with desk_scope(rocket.desk):
        assert not AuditEntry.objects.exists()


def test_deactivated_agents_keep_their_membership(rocket: Cast, at_rocket: Client) -> None:
    paid = rocket.departments["paid"]
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.colleague.pk).update(is_active=False)
    post(at_rocket, paid, [rocket.analyst])
    assert read_members(rocket, paid) == {rocket.analyst, rocket.colleague}


def test_an_agent_of_another_desk_cannot_become_a_member(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    paid = rocket.departments["paid"]
    assert post(at_rocket, paid, [matter.analyst]).status_code == 200  # the form again
    assert matter.analyst not in read_members(rocket, paid)


def test_a_desk_has_any_number_of_departments_that_only_rules_send_tickets_to(
    rocket: Cast, at_rocket: Client
) -> None:
    for name in ("Security", "Hardware"):
        form = {"name": name, "kind": "other", "position": 5, "visibility": "everyone"}
        assert at_rocket.post(f"{PAGE}/add/", form).status_code == 302
    with desk_scope(rocket.desk):
        assert Department.objects.filter(kind="other").count() == 2
        ticket = rocket.open_ticket()
    assert ticket.department == rocket.departments["paid"]


def test_a_second_department_of_another_kind_is_refused(rocket: Cast, at_rocket: Client) -> None:
    form = {"name": "Second", "kind": "paid", "position": 5, "visibility": "everyone"}
    page = at_rocket.post(f"{PAGE}/add/", form)
    assert page.status_code == 200
    assert "Select a valid choice" in page.content.decode()

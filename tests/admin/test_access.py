"""Access to the admin site, and no access to rows of other desks."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.test import Client

from accounts.models import Account, Agent, User
from accounts.tenancy import desk_scope
from tests.admin.posting import PRIORITY
from tests.cast import Cast
from tickets.models import Priority


def test_visitors_are_sent_to_sign_in(rocket: Cast, client: Client) -> None:
    answer = client.get("/rocket/admin/accounts/plan/")
    assert answer.status_code == 302
    assert answer.url == "/rocket/login/?next=/rocket/admin/accounts/plan/"


@pytest.mark.parametrize("who", ["analyst", "lead", "observer", "customer", "manager"])
def test_only_admins_of_the_desk_get_in(who: str, rocket: Cast, sign_in: Any) -> None:
    person = sign_in(getattr(rocket, who).user)
    for page in [
        "/rocket/admin/",
        "/rocket/admin/accounts/plan/",
        "/rocket/admin/sla/matrix/",
        "/admin/",
    ]:
        assert person.get(page).status_code == 404, page


def test_a_staff_flag_alone_gives_no_access(rocket: Cast, sign_in: Any) -> None:
    User.objects.filter(pk=rocket.analyst.user_id).update(is_staff=True)
    assert sign_in(rocket.analyst.user).get("/rocket/admin/").status_code == 404


def test_a_deactivated_admin_has_no_access(rocket: Cast, at_rocket: Client) -> None:
    with desk_scope(rocket.desk):
        Agent.objects.filter(pk=rocket.admin.pk).update(is_active=False)
    assert at_rocket.get("/rocket/admin/").status_code == 404


def test_an_admin_of_one_desk_has_no_access_to_another(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    assert at_rocket.get("/rocket/admin/").status_code == 200
    assert at_rocket.get("/matter/admin/").status_code == 404
    assert at_rocket.get("/admin/").status_code == 404


def test_rows_of_another_desk_are_not_found(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    person = sign_in(matter.admin.user)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    for page in [
        f"accounts/plan/{rocket.plan.pk}",
        f"accounts/account/{rocket.account.pk}",
        f"accounts/agent/{rocket.analyst.pk}",
        f"accounts/desk/{rocket.desk.pk}",
        f"tickets/ticket/{ticket.pk}",
        f"channels_intake/mailbox/{rocket.mailbox.pk}",
        f"sla/calendar/{rocket.calendar.pk}",
    ]:
        for verb in ["change", "history", "delete"]:
            answer = person.get(f"/matter/admin/{page}/{verb}/", follow=True)
            assert b"rocket" not in answer.content.replace(b"rocket_launch", b"").lower(), page
        assert person.post(f"/matter/admin/{page}/change/", {"name": "Mine"}).status_code in {
            403,
            404,
        }
    with desk_scope(rocket.desk):
        assert not Account.objects.filter(name="Mine").exists()


def test_lists_show_only_rows_of_the_desk(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    with desk_scope(matter.desk):
        matter.open_ticket(subject="Canary of the other desk")
    for model in admin.site._registry:
        meta = model._meta
        page = at_rocket.get(f"/rocket/admin/{meta.app_label}/{meta.model_name}/").content.lower()
        assert b"matter" not in page.replace(b"mattermost", b""), meta.label
        assert b"globex" not in page, meta.label
        assert b"canary" not in page, meta.label


def test_the_desk_cannot_be_set_by_a_form(rocket: Cast, matter: Cast, at_rocket: Client) -> None:
    fields = PRIORITY | {
        "name": "Blocker",
        "rank": "9",
        "desk": matter.desk.pk,
        "desk_id": matter.desk.pk,
    }
    assert at_rocket.post("/rocket/admin/tickets/priority/add/", fields).status_code == 302
    with desk_scope(rocket.desk):
        assert Priority.objects.get(name="Blocker").desk_id == rocket.desk.pk
    with desk_scope(matter.desk):
        assert not Priority.objects.filter(name="Blocker").exists()


def test_a_foreign_key_rejects_rows_of_another_desk(
    rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    answer = at_rocket.post(
        f"/rocket/admin/accounts/contact/{rocket.stranger.pk}/change/",
        {
            "email": rocket.stranger.email,
            "name": "",
            "role": "contact",
            "account": matter.account.pk,
        },
    )
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["account"]


def test_a_duplicate_name_is_an_error_of_the_form(rocket: Cast, at_rocket: Client) -> None:
    answer = at_rocket.post("/rocket/admin/accounts/product/add/", {"name": "Server"})
    assert answer.status_code == 302
    answer = at_rocket.post("/rocket/admin/accounts/product/add/", {"name": "Server"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors

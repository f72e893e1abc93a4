"""The desk's own settings and words, its agents, invitations and audit log."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client

from accounts.invitations.rights import is_still_authorized
from accounts.models import Agent, AuditEntry, Desk, Invitation, Plan
from accounts.tenancy import desk_scope
from accounts.tokens.scopes import describe_scope
from accounts.tokens.service_accounts import create_service_account
from tests.agent.conftest import SignIn
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token

API = "/rocket/api/v1/"


def send(client: Client, method: str, path: str, data: Any = None) -> Any:
    return getattr(client, method)(f"{API}{path}", data, content_type="application/json")


def list_fields(answer: Any) -> list[str]:
    assert answer.status_code == 400, answer.json()
    return [error["field"] for error in answer.json()["errors"]]


@pytest.fixture
def admin(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.admin.user)


def test_an_admin_changes_settings_and_words(
    in_rocket: Cast, admin: Client, sign_in: SignIn
) -> None:
    before = admin.get(f"{API}desk/").json()
    assert (before["slug"], before["state_words"], before["silence_days"]) == ("rocket", {}, 7)
    given = {
        "silence_days": 10,
        "free_domains": ["Free.example"],
        "warn_points": [90, 50, 90],
        "pause_states": ["escalated"],
        "state_words": {"new": "Fresh", "open": ""},
        "translations": {"de": {"state_words": {"new": "Frisch"}}, "pt-br": {"state_words": {}}},
    }
    changed = send(admin, "patch", "desk/", given)
    assert changed.status_code == 200, changed.json()
    assert changed.json() == {
        **before,
        **given,
        "free_domains": ["free.example"],
        "warn_points": [50, 90],
        "state_words": {"new": "Fresh"},
        "translations": {"de": {"state_words": {"new": "Frisch"}}},
    }
    assert sign_in(in_rocket.observer.user).get(f"{API}desk/").json() == changed.json()
    entry = AuditEntry.objects.get()
    assert entry.detail["changes"]["silence_days"] == [7, 10]
    assert entry.detail["changes"]["state_words"] == [{}, {"new": "Fresh"}]
    again = send(admin, "patch", "desk/", changed.json())
    assert again.json() == changed.json()
    assert AuditEntry.objects.count() == 1


def test_a_desk_is_refused_what_its_form_refuses(
    in_rocket: Cast, admin: Client, sign_in: SignIn
) -> None:
    owned = in_rocket.account.domains.get().domain
    for body, field in (
        ({"reminder_days": 7}, "reminder_days"),
        ({"closed_file_days": 1}, "closed_file_days"),
        ({"free_domains": [owned]}, "free_domains"),
        ({"free_domains": ["no domain"]}, "free_domains"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "xx"}, "language"),
        ({"warn_points": [100]}, "warn_points.0"),
        ({"pause_states": ["closed"]}, "pause_states.0"),
        ({"state_words": {"mood": "Good"}}, "state_words.mood"),
        ({"state_words": {"new": "x" * 41}}, "state_words.new"),
        ({"translations": {"xx": {}}}, "translations"),
        ({"idle_minutes": 481}, "idle_minutes"),
        ({"accent": "pink"}, "accent"),
    ):
        assert list_fields(send(admin, "patch", "desk/", body)) == [field], body
    kept = send(admin, "patch", "desk/", {"slug": "mine", "ticket_prefix": "XX"}).json()
    assert (kept["slug"], kept["ticket_prefix"]) == ("rocket", in_rocket.desk.ticket_prefix)
    assert send(sign_in(in_rocket.lead.user), "patch", "desk/", {}).status_code == 403
    assert not AuditEntry.objects.exists()


def test_an_admin_changes_an_agent_and_their_work_goes_on(
    in_rocket: Cast, admin: Client, sign_in: SignIn
) -> None:
    path = f"agents/{in_rocket.colleague.pk}/"
    paid = in_rocket.departments["paid"]
    changed = send(
        admin,
        "patch",
        path,
        {"role": "lead", "level": "l2", "country": "BR", "subdivision": "sp"}
        | {"departments": [paid.name]},
    ).json()
    assert (changed["role"], changed["level"], changed["subdivision"]) == ("lead", "l2", "SP")
    assert [each["id"] for each in changed["departments"]] == [paid.pk]
    names = [row["name"] for row in admin.get(f"{API}agents/").json()["results"]]
    assert in_rocket.observer.name in names
    for body, field in (
        ({"role": "king"}, "role"),
        ({"subdivision": "ZZ"}, "subdivision"),
        ({"country": "QQ"}, "country"),
        ({"capacity": 0}, "capacity"),
        ({"departments": [10**9]}, "departments.0"),
    ):
        assert list_fields(send(admin, "patch", path, body)) == [field], body
    own = f"agents/{in_rocket.admin.pk}/"
    assert list_fields(send(admin, "patch", own, {"role": "lead"})) == ["role"]
    assert list_fields(send(admin, "patch", own, {"is_active": False})) == ["is_active"]
    assert not send(admin, "patch", path, {"is_active": False}).json()["is_active"]
    assert not Agent.objects.get(pk=in_rocket.colleague.pk).is_active
    assert send(sign_in(in_rocket.lead.user), "patch", own, {"role": "lead"}).status_code == 403
    assert AuditEntry.objects.filter(action="changed").count() == 2


def test_an_admin_promoted_by_the_api_may_open_the_admin_site(
    in_rocket: Cast, admin: Client
) -> None:
    path = f"agents/{in_rocket.colleague.pk}/"
    assert send(admin, "patch", path, {"role": "admin"}).status_code == 200
    assert Agent.objects.get(pk=in_rocket.colleague.pk).user.is_staff


def test_people_are_invited_and_an_invitation_is_withdrawn(
    in_rocket: Cast,
    admin: Client,
    sign_in: SignIn,
    django_capture_on_commit_callbacks: Any,
) -> None:
    given = {"email": "New@rocket.example", "kind": "agent", "role": "analyst", "level": "l2"}
    with django_capture_on_commit_callbacks(execute=True):
        made = send(admin, "post", "invitations/", given)
    assert made.status_code == 201, made.json()
    row = made.json()
    assert (row["email"], row["role"], row["level"]) == ("new@rocket.example", "analyst", "l2")
    assert not {"token", "token_hash"} & row.keys()
    [message] = mail.outbox
    assert message.to == ["new@rocket.example"]
    assert admin.get(f"{API}invitations/").json()["results"] == [row]
    for change, field in (
        ({"email": "no address"}, "email"),
        ({"role": "manager"}, "email"),
        ({"kind": "contact", "role": "manager"}, "role"),
        ({"account": in_rocket.account.pk}, "account"),
        ({"email": in_rocket.analyst.user.email}, "email"),
    ):
        assert list_fields(send(admin, "post", "invitations/", given | change)) == [field], change
    path = f"invitations/{row['id']}/"
    assert admin.delete(f"{API}{path}").status_code == 204
    assert admin.delete(f"{API}{path}").status_code == 409
    lead = sign_in(in_rocket.lead.user)
    assert lead.get(f"{API}{path}").status_code == 403
    assert lead.get(f"{API}invitations/").status_code == 403
    assert send(lead, "post", "invitations/", given).status_code == 403
    assert Invitation.objects.count() == 1


def test_admins_read_the_audit_log_by_actor_table_row_and_time(
    in_rocket: Cast, matter: Cast, admin: Client, sign_in: SignIn
) -> None:
    plan = send(admin, "post", "plans/", {"name": "Gold"}).json()
    send(admin, "patch", f"plans/{plan['id']}/", {"name": "Silver"})
    send(admin, "post", "products/", {"name": "Server"})

    def find(query: str) -> list[str]:
        answer = admin.get(f"{API}audit/?{query}")
        assert answer.status_code == 200, answer.json()
        return [row["action"] for row in answer.json()["results"]]

    assert find("") == ["added", "changed", "added"]
    assert find(f"table=accounts.plan&row_id={plan['id']}") == ["changed", "added"]
    assert find("action=changed&actor=" + in_rocket.admin.name) == ["changed"]
    assert find("until=2020-01-01T00:00:00Z") == []
    assert find("since=2020-01-01T00:00:00Z&limit=1") == ["added"]
    [row] = admin.get(f"{API}audit/?action=changed").json()["results"]
    assert (row["table"], row["row_id"]) == ("accounts.plan", str(plan["id"]))
    assert row["changes"] == [{"field": "name", "before": "Gold", "after": "Silver"}]
    assert row["facts"] == {}
    assert row["summary"] == "Plan changed"
    for wrong in ("action=sung", "since=yesterday", "actor=%00", "mood=good"):
        assert admin.get(f"{API}audit/?{wrong}").status_code == 400, wrong
    for agent in (in_rocket.analyst, in_rocket.lead, in_rocket.observer):
        assert sign_in(agent.user).get(f"{API}audit/").status_code == 403
    foreign = sign_in(matter.admin.user)
    assert foreign.get("/matter/api/v1/audit/").json()["results"] == []
    assert foreign.get(f"/matter/api/v1/agents/{in_rocket.analyst.pk}/").status_code == 404
    with desk_scope(in_rocket.desk):
        assert Plan.objects.filter(name="Silver").exists()
        assert Desk.objects.get(pk=in_rocket.desk.pk).name == in_rocket.desk.name


def test_a_program_with_an_account_of_its_own_sets_up_a_desk_and_leaves_it_an_admin(
    in_rocket: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    account = create_service_account(
        desk=in_rocket.desk, name="Setup", role="admin", departments=[], by=in_rocket.admin.user
    )
    scopes = ("settings:write", "staff:write")
    _token, secret = make_token(in_rocket.desk, account, scopes)
    program = make_program(secret)
    assert send(program, "post", "plans/", {"name": "Gold"}).status_code == 201
    assert program.get(f"{API}contacts/").status_code == 403
    given = {"email": "new@rocket.example", "kind": "agent", "role": "analyst"}
    with django_capture_on_commit_callbacks(execute=True):
        made = send(program, "post", "invitations/", given)
    assert made.status_code == 201, made.json()
    assert is_still_authorized(Invitation.objects.get())
    path = f"agents/{in_rocket.admin.pk}/"
    assert list_fields(send(program, "patch", path, {"role": "lead"})) == ["role"]
    names = [row["name"] for row in program.get(f"{API}agents/").json()["results"]]
    assert "Setup" not in names
    assert program.get(f"{API}agents/{account.pk}/").status_code == 404
    paid = f"departments/{in_rocket.departments['paid'].pk}/"
    assert list_fields(send(program, "patch", paid, {"members": [account.pk]})) == ["members.0"]
    Agent.objects.filter(pk=account.pk).update(role="lead")
    assert not is_still_authorized(Invitation.objects.get())
    assert send(program, "post", "plans/", {"name": "Silver"}).status_code == 403


def test_a_program_cannot_weaken_sign_in_or_delete_data_sooner(
    in_rocket: Cast, admin: Client
) -> None:
    Desk.objects.update(require_two_factor=True)
    _token, secret = make_token(
        in_rocket.desk, in_rocket.admin, ["settings:write"], passed_two_factor=True
    )
    program = make_program(secret)
    shown = program.get(f"{API}desk/").json()
    for field in ("email_source_days", "notification_days", "closed_file_days", "webhook_days"):
        answer = send(program, "patch", "desk/", {field: shown[field] + 30})
        assert list_fields(answer) == [field]
    assert list_fields(send(program, "patch", "desk/", {"require_two_factor": False})) == [
        "require_two_factor"
    ]
    assert send(program, "patch", "desk/", shown | {"silence_days": 10}).status_code == 200
    assert program.get(f"{API}desk/").json() == shown | {"silence_days": 10}
    Desk.objects.update(require_two_factor=False)
    by_person = send(admin, "patch", "desk/", {"webhook_days": 60, "require_two_factor": True})
    assert by_person.json()["webhook_days"] == 60


def test_what_inviting_opens_is_in_the_words_of_the_scope() -> None:
    assert "inviting admins" in describe_scope("staff:write")
    assert "inviting" not in describe_scope("staff:read")
    assert "sending tickets and notes to any URL" in describe_scope("webhooks:write")
    assert "all tickets, messages and notes" in describe_scope("exports:read")

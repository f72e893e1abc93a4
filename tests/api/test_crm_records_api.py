"""Pulls of the CRM over the API: started, with what they changed and skipped."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from accounts.models import AuditEntry, CrmConnection, CrmPull, CrmSetAside
from tests.agent.conftest import SignIn
from tests.api.setups import API, send
from tests.cast import NOON, Cast
from tests.tokens.programs import make_program, make_token

LINE = {"module": "Accounts", "record": "9", "name": "Firm", "what": "created", "fields": ""}


def connect(cast: Cast) -> tuple[CrmConnection, CrmPull]:
    crm = CrmConnection.objects.create(desk=cast.desk, client_id="1000.C")
    given = {"desk": cast.desk, "connection": crm, "started_at": NOON}
    pull = CrmPull.objects.create(**given, state="done", created=1, set_aside=1, report=[LINE])
    CrmSetAside.objects.create(
        desk=cast.desk, connection=crm, pull=pull, module="Contacts", record_id="1",
        name="Somebody", reason="email_taken", reason_data={"email": "x@nowhere.example"},
        first_at=NOON,
    )  # fmt: skip
    return crm, pull


def test_an_admin_reads_pulls_and_what_they_skipped(in_rocket: Cast, sign_in: SignIn) -> None:
    crm, pull = connect(in_rocket)
    later = CrmPull.objects.create(desk=in_rocket.desk, connection=crm, started_at=NOON)
    admin, path = sign_in(in_rocket.admin.user), f"{API}crm-connections/{crm.pk}/"
    listed = admin.get(f"{path}pulls/").json()["results"]
    assert [row["id"] for row in listed] == [later.pk, pull.pk]
    assert "changes" not in listed[0]
    shown = admin.get(f"{path}pulls/{pull.pk}/").json()
    assert shown == {**listed[1], "changes": [LINE]}
    assert (shown["state"], shown["created"], shown["set_aside"]) == ("done", 1, 1)
    [skipped] = admin.get(f"{path}skipped-records/", {"pull_id": pull.pk}).json()["results"]
    assert (skipped["name"], skipped["pull_id"]) == ("Somebody", pull.pk)
    assert "x@nowhere.example" in skipped["problem"]
    assert admin.get(f"{path}skipped-records/", {"pull_id": later.pk}).json()["results"] == []


def test_a_pull_starts_unless_the_connection_cannot(in_rocket: Cast, sign_in: SignIn) -> None:
    crm, _pull = connect(in_rocket)
    admin, path = sign_in(in_rocket.admin.user), f"crm-connections/{crm.pk}/pull/"
    CrmConnection.objects.update(state="refused", since=NOON)
    started = send(admin, "post", path)
    assert (started.status_code, started.json()["state"]) == (202, "active")
    assert started.json()["since"] is None  # a refused connection starts over
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.actor) == ("crm_pull_requested", in_rocket.admin.name)
    CrmConnection.objects.update(next_try_at=timezone.now() + timedelta(hours=1))
    assert send(admin, "post", path).status_code == 409
    CrmConnection.objects.update(state="paused", next_try_at=None)
    assert send(admin, "post", path).json()["detail"].startswith("The connection is paused.")
    assert AuditEntry.objects.count() == 1


def test_only_admins_of_the_desk_have_pulls(in_rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    crm, pull = connect(in_rocket)
    path = f"crm-connections/{crm.pk}/"
    places = ("pulls/", f"pulls/{pull.pk}/", "skipped-records/")
    lead, customer = sign_in(in_rocket.lead.user), sign_in(in_rocket.customer.user)
    foreign = sign_in(matter.admin.user)
    for place in places:
        assert lead.get(f"{API}{path}{place}").status_code == 403
        assert customer.get(f"{API}{path}{place}").status_code == 404
        assert foreign.get(f"/matter/api/v1/{path}{place}").status_code == 404
    assert send(lead, "post", f"{path}pull/").status_code == 403
    assert (
        foreign.post(f"/matter/api/v1/{path}pull/", content_type="application/json").status_code
        == 404
    )
    other = CrmConnection.objects.create(desk=in_rocket.desk, client_id="1000.D", provider="other")
    admin = sign_in(in_rocket.admin.user)
    assert admin.get(f"{API}crm-connections/{other.pk}/pulls/{pull.pk}/").status_code == 404
    statuses = {}
    for scope in ("settings:read", "customers:read"):
        _token, secret = make_token(in_rocket.desk, in_rocket.admin, [scope])
        statuses[scope] = make_program(secret).get(f"{API}{path}pulls/").status_code
    assert statuses == {"settings:read": 403, "customers:read": 200}
    assert not AuditEntry.objects.filter(action="crm_pull_requested").exists()

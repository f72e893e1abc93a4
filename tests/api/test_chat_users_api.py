"""Chat users over the API: who is mentioned in a chat, and acts there as which agent."""

from __future__ import annotations

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from channels_intake.models import ChatPerson
from tests.access.people import create_chat
from tests.agent.conftest import SignIn
from tests.api.setups import API, assert_closed, list_fields, send
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token


def test_an_admin_says_who_is_who_in_a_chat(in_rocket: Cast, sign_in: SignIn) -> None:
    chat, admin = create_chat(in_rocket), sign_in(in_rocket.admin.user)
    given = {"agent": in_rocket.lead.user.email, "kind": "mattermost", "user_id": "u2"}
    added = send(admin, "post", "chat-users/", {**given, "user_name": "@lea"})
    assert added.status_code == 201, added.json()
    row, person = added.json(), ChatPerson.objects.get(user_id="u2")
    assert (person.agent, person.server, person.user_name) == (in_rocket.lead, chat.server, "lea")
    assert (row["agent"]["id"], row["server"]) == (in_rocket.lead.pk, chat.server)
    path = f"chat-users/{row['id']}/"
    changed = send(admin, "patch", path, {"user_id": "u3"}).json()
    assert changed == {**row, "user_id": "u3"}
    assert send(admin, "patch", path, changed).json() == changed  # sent back whole
    assert admin.delete(f"{API}{path}").status_code == 204
    actions = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["added", "changed", "deleted"]


def test_a_chat_user_is_refused_like_on_its_page(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    create_chat(in_rocket)
    admin = sign_in(in_rocket.admin.user)
    given = {"agent": in_rocket.lead.pk, "kind": "mattermost", "user_id": "u2"}
    for changes, field in (
        ({"agent": matter.analyst.pk}, "agent"),
        ({"agent": None}, "agent"),
        ({"server": "chat.elsewhere.example"}, "server"),
        ({"user_name": "two words"}, "user_name"),
        ({"kind": "slack"}, "server"),
        ({"source": "admin", "seen": 1}, "seen"),
    ):
        refused = send(admin, "post", "chat-users/", given | changes)
        assert field in list_fields(refused), changes
    for changes in ({"user_id": "u1"}, {"agent": in_rocket.analyst.pk}):  # taken
        assert send(admin, "post", "chat-users/", given | changes).status_code == 400
    assert ChatPerson.objects.count() == 1


def test_a_program_needs_the_scope_of_agents(in_rocket: Cast) -> None:
    create_chat(in_rocket)
    statuses = {}
    for scope in ("settings:write", "staff:write"):
        _token, secret = make_token(in_rocket.desk, in_rocket.admin, [scope])
        given = {"agent": in_rocket.lead.pk, "kind": "mattermost", "user_id": "u2"}
        answer = send(make_program(secret), "post", "chat-users/", given)
        statuses[scope] = answer.status_code
    assert statuses == {"settings:write": 403, "staff:write": 201}


def test_only_admins_of_the_desk_have_chat_users(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    create_chat(in_rocket)
    person = ChatPerson.objects.get()
    with desk_scope(matter.desk):
        assert not ChatPerson.objects.exists()
    assert_closed(
        "chat-users/",
        person.pk,
        lead=sign_in(in_rocket.lead.user),
        customer=sign_in(in_rocket.customer.user),
        foreign=sign_in(matter.admin.user),
    )
    person.refresh_from_db()
    assert person.user_id == "u1"

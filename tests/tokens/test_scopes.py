"""A token does what its scopes and its person's role allow, whichever is less."""

from __future__ import annotations

from django.urls import resolve

from accounts.models import Resource
from accounts.tenancy import desk_scope
from helpdesk.api.access.scopes import find_resource
from tests.access.routes import ROUTES
from tests.cast import Cast
from tests.departments import close_department
from tests.tokens.programs import make_program, make_token

URL = "/rocket/api/v1/tickets/"
# What every token may read: how the API is used, and nothing of a desk.
OPEN = {"api:index", "api:schema", "api:problems", "api:problem"}


def list_views() -> dict[str, object]:
    numbers = {f"<int:{name}>": "1" for route in ROUTES for name in route.parameters}
    found = {}
    for route in ROUTES:
        if route.name.startswith("api:"):
            path = route.pattern
            for name in route.parameters:
                for kind in ("int", "slug", "str", "uuid"):
                    path = path.replace(f"<{kind}:{name}>", numbers[f"<int:{name}>"])
            found[route.name] = getattr(resolve(f"/{path}").func, "view_class", None)
    return found


def test_every_route_of_the_api_has_a_scope() -> None:
    views = list_views()
    assert len(views) > 80
    lacking = {name for name, view in views.items() if view is None or not find_resource(view)}
    assert lacking == OPEN
    named = {find_resource(view) for name, view in views.items() if name not in OPEN}
    assert named <= set(Resource)


def test_a_token_that_may_only_read_changes_nothing(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    _token, secret = make_token(rocket.desk, rocket.admin, ["tickets:read"])
    program = make_program(secret)
    assert program.get(f"{URL}{ticket.number}/").status_code == 200
    refused = program.post(
        f"{URL}{ticket.number}/notes/", {"text": "x"}, content_type="application/json"
    )
    assert refused.status_code == 403
    challenge = 'Bearer error="insufficient_scope", scope="tickets:write"'
    assert refused["WWW-Authenticate"] == challenge
    assert "tickets:write" in refused.json()["detail"]


def test_a_token_opens_no_other_resource(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.admin, ["settings:write"])
    program = make_program(secret)
    assert program.get("/rocket/api/v1/calendars/").status_code == 200, "writing includes reading"
    assert program.get(URL).status_code == 403
    assert program.get("/rocket/api/v1/schema/").status_code == 200


def test_scopes_give_no_rights_that_the_person_lacks(rocket: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        kind = ticket.department.kind
    close_department(rocket, kind, members=(rocket.analyst,))
    note, text = f"{URL}{ticket.number}/notes/", {"text": "Read it"}
    programs = {
        name: make_program(make_token(rocket.desk, getattr(rocket, name), ["tickets:write"])[1])
        for name in ("analyst", "colleague", "observer")
    }
    given = {
        name: program.post(note, text, content_type="application/json").status_code
        for name, program in programs.items()
    }
    assert given == {"analyst": 201, "colleague": 404, "observer": 403}

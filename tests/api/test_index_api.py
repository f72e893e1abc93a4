"""The start of the API names its documentation, schema and resources, to agents only."""

from __future__ import annotations

from tests.agent.conftest import SignIn
from tests.api.setups import API
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token


def test_every_resource_of_the_index_can_be_read(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    index = admin.get(API).json()
    assert index["resources"]["tickets"].endswith("/rocket/api/v1/tickets/")
    assert {"contacts", "sla/policies", "paging-services"} <= index["resources"].keys()
    assert not {"schema", "problems", ""} & index["resources"].keys()
    about = (index["documentation"], index["schema"], index["problems"])
    for url in (*about, *index["resources"].values()):
        assert admin.get(f"/rocket/{url.split('/rocket/')[1]}").status_code == 200, url


def test_any_token_of_the_desk_may_read_it_and_nobody_else(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    _token, secret = make_token(in_rocket.desk, in_rocket.analyst, ["tickets:read"])
    assert make_program(secret).get(API).status_code == 200
    people = in_rocket.customer.user, matter.admin.user
    assert [sign_in(person).get(API).status_code for person in people] == [404, 404]
    assert make_program("plumb_pat_wrong").get(API).status_code == 401
    assert sign_in(in_rocket.analyst.user).get(f"{API}?q=x").status_code == 400

"""The published schema is valid OpenAPI 3.1, and keeps our own rules (M38)."""

from __future__ import annotations

from typing import Any

import yaml
from django.test import Client
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.api.contract import read_schema
from tests.api.linting import lint
from tests.cast import Cast
from tests.tokens.programs import make_program, make_token

URL = "/rocket/api/v1/schema/"


def test_it_is_valid() -> None:
    schema = read_schema()
    assert schema["openapi"].startswith("3.1.")
    assert [str(error)[:300] for error in OpenAPIV31SpecValidator(schema).iter_errors()] == []


def test_it_keeps_our_rules() -> None:
    found = lint()
    assert found == [], "\n".join(found)


def test_it_is_offered_as_json_and_yaml(in_rocket: Cast, sign_in: Any) -> None:
    client: Client = sign_in(in_rocket.analyst.user)
    as_json, as_yaml = client.get(URL), client.get(URL, headers={"accept": "application/yaml"})
    assert as_json.headers["Content-Type"] == "application/json"
    assert as_yaml.headers["Content-Type"].startswith("application/yaml")
    assert yaml.safe_load(as_yaml.content) == as_json.json()
    assert client.get(f"{URL}?format=yaml").content == as_yaml.content
    assert client.get(URL, headers={"accept": "text/html"}).status_code == 406


def test_it_names_the_desk_in_its_server(in_rocket: Cast, matter: Cast, sign_in: Any) -> None:
    for cast in (in_rocket, matter):
        client: Client = sign_in(cast.observer.user)
        schema = client.get(f"/{cast.desk.slug}/api/v1/schema/").json()
        assert schema["servers"] == [{"url": f"http://testserver/{cast.desk.slug}/api/v1"}]
        assert "/tickets/{number}/" in schema["paths"]


def test_it_is_in_the_readers_language(in_rocket: Cast, sign_in: Any) -> None:
    client: Client = sign_in(in_rocket.analyst.user)
    german = client.get(URL, headers={"accept-language": "de"}).json()
    english = client.get(URL, headers={"accept-language": "en"}).json()
    path = "/tickets/"
    assert german["paths"][path]["get"]["summary"] != english["paths"][path]["get"]["summary"]
    assert german["paths"].keys() == english["paths"].keys()


def test_customers_and_other_desks_do_not_see_it(
    in_rocket: Cast, matter: Cast, sign_in: Any
) -> None:
    for user in (in_rocket.customer.user, matter.admin.user):
        assert sign_in(user).get(URL).status_code == 404


def test_any_token_may_read_it(rocket: Cast, matter: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst, ["exports:read"])
    program = make_program(secret)
    schema = program.get(URL).json()
    note = schema["paths"]["/tickets/{number}/notes/"]["post"]
    scope = ["tickets:write"]
    assert note["security"] == [{"token": scope}, {"oauth": scope}, {"session": []}]
    assert program.get("/matter/api/v1/schema/").status_code == 401


def test_it_says_where_applications_get_tokens(rocket: Cast) -> None:
    _token, secret = make_token(rocket.desk, rocket.analyst)
    schema = make_program(secret).get(URL).json()
    [server] = schema["servers"]
    desk = server["url"].removesuffix("/api/v1")
    assert desk.endswith("/rocket")
    flows = schema["components"]["securitySchemes"]["oauth"]["flows"]
    metadata = Client().get("/rocket/oauth/.well-known/oauth-authorization-server").json()
    assert set(flows) == {"authorizationCode", "clientCredentials"}
    for flow in flows.values():
        assert flow["tokenUrl"] == f"{desk}/oauth/token/"
        assert set(flow["scopes"]) == set(metadata["scopes_supported"])
    assert flows["authorizationCode"]["authorizationUrl"] == f"{desk}/oauth/authorize/"

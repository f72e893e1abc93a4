"""The product documents its API at api/v1/docs/, from the schema (M38)."""

from __future__ import annotations

import re
from typing import Any

from django.test import Client

from tests.api.contract import list_operations, read_schema
from tests.cast import Cast

URL = "/rocket/api/v1/docs/"


def read(client: Client, path: str = "", **query: str) -> str:
    answer = client.get(f"{URL}{path}", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_every_operation_is_on_the_page_of_its_area(in_rocket: Cast, sign_in: Any) -> None:
    client: Client = sign_in(in_rocket.observer.user)
    overview = read(client)
    pages = {tag["name"]: read(client, f"{tag['name']}/") for tag in read_schema()["tags"]}
    for operation in list_operations():
        area = operation.described["tags"][0]
        assert f'href="/rocket/api/v1/docs/{area}/#{operation.id}"' in overview
        assert f'id="{operation.id}"' in pages[area]
    assert all("desk.invalid" not in page for page in pages.values()), "the desk's own server"
    assert "http://testserver/rocket/api/v1/tickets/1042/notes/" in pages["conversation"]


def test_the_commands_say_how_to_sign_in_and_retry(in_rocket: Cast, sign_in: Any) -> None:
    page = read(sign_in(in_rocket.analyst.user), "conversation/")
    curl = re.search(r'id="add_note-curl"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert curl is not None
    assert "Authorization: Bearer $PLUMBLINE_TOKEN" in curl[1]
    assert "Idempotency-Key: $(uuidgen)" in curl[1]
    assert "/tickets/1042/notes/" in curl[1]
    script = re.search(r'id="add_note-python"[^>]*>(.*?)</pre>', page, re.DOTALL)
    assert script is not None
    compile(script[1].replace("&quot;", '"').replace("&#x27;", "'"), "add_note", "exec")


def test_a_search_finds_operations(in_rocket: Cast, sign_in: Any) -> None:
    client: Client = sign_in(in_rocket.analyst.user)
    found = read(client, q="note TICKET")
    assert "#add_note" in found
    assert "#list_calendars" not in found
    assert "No operation matches" in read(client, q="<zebra>")


def test_every_desk_reads_its_own_addresses(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    """The page is kept between requests, but not the desk's address."""
    for cast in (rocket, matter, rocket):
        client: Client = sign_in(cast.analyst.user)
        page = client.get(f"/{cast.desk.slug}/api/v1/docs/tickets/").content.decode()
        other = "matter" if cast is rocket else "rocket"
        assert f"http://testserver/{cast.desk.slug}/api/v1/" in page
        assert f"/{other}/" not in page


def test_outsiders_do_not_see_it(rocket: Cast, matter: Cast, sign_in: Any) -> None:
    for user in (rocket.customer.user, matter.admin.user):
        for path in ("", "guides/", "tickets/"):
            assert sign_in(user).get(f"{URL}{path}").status_code == 404
    signed_out = Client().get(URL)
    assert signed_out.status_code == 302
    assert "/login/" in signed_out.headers["Location"]


def test_an_unknown_area_is_not_found(in_rocket: Cast, sign_in: Any) -> None:
    assert sign_in(in_rocket.analyst.user).get(f"{URL}nothing/").status_code == 404
    guides = read(sign_in(in_rocket.analyst.user), "guides/")
    assert "Limits and retries" in guides
    assert "\n    page = session.get(url" in guides  # code keeps its indentation

"""A form is read as UTF-8 whatever charset its request names; no charset is a server error (G6)."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from tests.access.people import World
from tests.access.probing import rolled_back
from tests.access.routes import ROUTES
from tickets.models import Draft

# One codec of Python refuses any text; the other makes lone surrogates, which can't be stored.
CHARSETS = ["undefined", "raw_unicode_escape"]
NAMES = "login email text body subject assignee kind q typed reason name language code"


def post(client: Client, url: str, charset: str, **fields: str) -> int:
    parts = [
        f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    ]
    body = ("".join(parts) + "--B--\r\n").encode()
    kind = f"multipart/form-data; boundary=B; charset={charset}"
    return client.generic("POST", url, body, content_type=kind).status_code


@pytest.mark.parametrize("charset", CHARSETS)
def test_no_charset_of_a_form_is_a_server_error(world: World, charset: str) -> None:
    errors = []
    for person in "na":
        client = world.sign_in(person)
        client.raise_request_exception = False
        for route in ROUTES:
            url = world.get_url(route).partition("?")[0]
            if "/admin/" in url:
                continue  # leads both to the sign-in page, which is among the others
            with rolled_back():
                fields = dict.fromkeys(NAMES.split(), r"\ud800")
                status = post(client, url, charset, **fields)
            if status == 500:
                errors.append(f"{route.name} as {person}: {status}")
    assert errors == []


def test_text_is_read_as_utf_8_whatever_the_request_says(world: World) -> None:
    number = world.values["number"]
    url = f"/rocket/agent/drafts/?form=/agent/tickets/{number}/answers/"
    text = r"Größe \ud800"
    assert post(world.sign_in("a"), url, "raw_unicode_escape", body=text) == 204
    with desk_scope(world.rocket.desk):
        draft = Draft.objects.exclude(fields__body__0__startswith="Hush").get()
        assert draft.fields == {"body": [text]}


def test_a_query_is_read_as_utf_8_whatever_the_request_says(world: World) -> None:
    client = world.sign_in("a")
    page = client.generic(
        "GET", "/rocket/agent/?q=%5Cud800", content_type="text/html; charset=raw_unicode_escape"
    )
    assert page.status_code == 200
    assert r"\ud800" in page.content.decode()

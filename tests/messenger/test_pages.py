"""The script and the page: the desk's words, color and languages, light, and cached."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from channels_intake.connectors.messenger.words import LANGUAGES
from channels_intake.models import Connection
from tests.cast import Cast
from tests.messenger.conftest import VisitorClient, connect_messenger

STATIC = Path(settings.BASE_DIR) / "helpdesk" / "static" / "messenger"
MAX_BYTES = 25_000


def test_script_and_page_weigh_less_than_25_kb_and_half_of_that_compressed(
    visitor: VisitorClient,
) -> None:
    files = {
        "loader": Client().get(f"{visitor.url[:-1]}.js").content,
        **{name: (STATIC / name).read_bytes() for name in ("widget.js", "widget.css")},
    }
    sizes = {name: len(content) for name, content in files.items()}
    assert all(size > 1_000 for size in sizes.values()), sizes
    assert sum(sizes.values()) < MAX_BYTES, sizes
    files["page"] = Client().get(visitor.url).content
    assert sum(len(gzip.compress(content)) for content in files.values()) < MAX_BYTES / 2


def test_the_page_loads_nothing_from_other_hosts(visitor: VisitorClient) -> None:
    page = Client().get(visitor.url).content.decode()
    loaded = re.findall(r'<(?:script|link|img|iframe)[^>]*(?:src|href)="([^"]+)"', page)
    assert sorted(loaded) == ["/static/messenger/widget.css", "/static/messenger/widget.js"]


def test_the_script_is_cached_and_the_same_for_everybody(
    visitor: VisitorClient, rocket: Cast, sign_in: object
) -> None:
    first = Client().get(f"{visitor.url[:-1]}.js")
    assert first["Cache-Control"] == "public, max-age=600"
    assert first["Content-Type"].startswith("text/javascript")
    german = Client(headers={"Accept-Language": "de"}).get(f"{visitor.url[:-1]}.js")
    assert first.content == german.content


def read_settings(url: str) -> dict[str, object]:
    script = Client().get(f"{url[:-1]}.js").content.decode()
    found = re.search(r"const settings = (\{.*\});", script)
    assert found
    return dict(json.loads(found.group(1)))


def test_the_script_has_the_desks_color_and_all_languages(visitor: VisitorClient) -> None:
    given = read_settings(visitor.url)
    assert (given["color"], given["ink"]) == ("#0a7d55", "#ffffff")
    assert {"en", "de", "pt-br"} <= set(given["words"])  # type: ignore[call-overload]  # a dict


@pytest.mark.parametrize("color", ["red;}</style>", "#fff", "", None, 7])
def test_a_color_that_is_none_is_replaced(rocket: Cast, color: object) -> None:
    url = VisitorClient(connect_messenger(rocket, color=color)).url
    assert read_settings(url)["color"] == "#3b4cca"


def test_a_light_color_has_dark_letters(rocket: Cast) -> None:
    url = VisitorClient(connect_messenger(rocket, color="#FFE08A")).url
    assert read_settings(url)["ink"] == "#111111"


def test_the_desks_words_in_the_languages_of_the_website(rocket: Cast) -> None:
    words = {"greeting": "Hi there!", "greeting_de": "Hallo zusammen!", "consent": "We keep it."}
    url = VisitorClient(connect_messenger(rocket, **words)).url
    english = Client().get(url + "?lang=fr").content.decode()
    assert "Hi there!" in english
    german = Client().get(url + "?lang=de-AT").content.decode()
    assert "Hallo zusammen!" in german
    assert '<html lang="de"' in german
    assert "We keep it." in german  # there is no German one


def test_words_are_escaped(rocket: Cast) -> None:
    words = {"greeting": "<script>alert(1)</script>", "privacy_url": "javascript:alert(1)"}
    page = Client().get(VisitorClient(connect_messenger(rocket, **words)).url).content.decode()
    assert "<script>alert" not in page
    assert "javascript:" not in page


def test_every_language_of_the_site_has_its_words() -> None:
    codes = {code for code, _name in settings.LANGUAGES} - {"en-xa", "ar-xb"}
    assert {suffix.strip("_").replace("_", "-") or "en" for suffix, _ in LANGUAGES} == codes


@pytest.mark.usefixtures("_nobody_there")
def test_when_nobody_is_there_the_page_asks_for_an_address(visitor: VisitorClient) -> None:
    assert '<body class="offline">' in Client().get(visitor.url).content.decode()


def test_without_javascript_there_is_a_form_elsewhere(visitor: VisitorClient) -> None:
    page = Client().get(visitor.url).content.decode()
    noscript = re.search(r"<noscript>(.*?)</noscript>", page, re.DOTALL)
    assert noscript
    assert "/rocket/portal/contact/" in noscript.group(1)


def test_other_desks_and_kinds_have_no_such_page(
    messenger: Connection, matter: Cast, visitor: VisitorClient
) -> None:
    token = messenger.hook_token
    for path in ("", "session/", "messages/", "news/", "stream/", "files/1/"):
        for url in (f"/matter/messenger/{token}/{path}", f"/rocket/messenger/x/{path}"):
            answers = [Client().get(url), Client().post(url)]
            assert {answer.status_code for answer in answers} <= {404, 405}, url
    assert Client().get(f"/matter/messenger/{token}.js").status_code == 404
    assert Client().get(f"/rocket/form/{token}/").status_code == 404

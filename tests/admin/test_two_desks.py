"""Admin pages opened by admins of two desks in turn: no page shows anything of the other desk."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client

from accounts.models import Desk, User
from accounts.tenancy import desk_scope
from tests.cast import Cast

MODELS = [model for model in admin.site._registry if model is not User]
CUSTOM_PAGES = ["", "sla/matrix/", "csv/", "accounts/invitation/invite/"]
# An icon, chats, the help texts about a repository, a bot and a phone system's address, and the
# sample of a chat message.
PROGRAM_WORDS = (
    b"rocket_launch", b"rocket.chat", b"rocketchat", b"mattermost", b"acme/server", b"acme corp",
    b"acmesupportbot", b"acme for acme.freshcaller.com",
)  # fmt: skip


@pytest.fixture
def casts(filled_casts: list[Cast]) -> list[Cast]:
    """Return both desks, each with rows for every page."""
    return filled_casts


def list_pages(cast: Cast, model: type[Model]) -> Iterator[str]:
    meta = model._meta
    base = f"{meta.app_label}/{meta.model_name}/"
    with desk_scope(cast.desk):
        rows = model._default_manager.all()
        row = cast.desk if model is Desk else rows.filter(desk=cast.desk).first()
    assert row is not None
    return (f"{base}{page}" for page in ("", "add/", f"{row.pk}/change/"))


def read(client: Client, cast: Cast, page: str) -> Any:
    return client.get(f"/{cast.desk.slug}/admin/{page}", follow=True)


def drop_program_words(content: bytes) -> bytes:
    """Return a page in lower case, without the program's own words that contain a desk's."""
    text = content.lower()
    for word in PROGRAM_WORDS:
        text = text.replace(word, b"")
    return text


def read_help_texts(answer: Any) -> dict[str, str]:
    """Return the help text of each field of a form page; nothing for other pages."""
    shown = (answer.context or {}).get("adminform")
    return (
        {name: str(field.help_text) for name, field in shown.form.fields.items()} if shown else {}
    )


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model._meta.label)
def test_pages_of_a_model_show_nothing_of_the_other_desk(
    model: type[Model], casts: list[Cast], sign_in: Any
) -> None:
    """A help text that a request adds to must not stay for the next request either."""
    rocket, matter = casts
    clients = {cast.desk.slug: sign_in(cast.admin.user) for cast in casts}
    help_texts = []
    for own, other, strange in [
        (rocket, matter, [b"matter", b"globex"]),
        (matter, rocket, [b"rocket", b"acme"]),
        (rocket, matter, [b"matter", b"globex"]),
    ]:
        answers = {page: read(clients[own.desk.slug], own, page) for page in list_pages(own, model)}
        for page, answer in answers.items():
            content = drop_program_words(answer.content)
            assert [word for word in strange if word in content] == [], (page, other.desk.slug)
        help_texts.append([read_help_texts(answer) for answer in answers.values()])
    assert help_texts[2] == help_texts[0]


@pytest.mark.parametrize("page", CUSTOM_PAGES)
def test_custom_pages_show_nothing_of_the_other_desk(
    page: str, casts: list[Cast], sign_in: Any
) -> None:
    for cast, strange in zip(casts, [b"matter", b"rocket"], strict=True):
        answer = read(sign_in(cast.admin.user), cast, page)
        assert answer.status_code == 200
        assert strange not in drop_program_words(answer.content)


def test_the_crm_form_names_the_address_of_its_own_desk(casts: list[Cast], sign_in: Any) -> None:
    for cast in casts * 2:
        answer = read(sign_in(cast.admin.user), cast, "accounts/crmconnection/add/")
        help_text = read_help_texts(answer)["notify_url"]
        assert help_text.count("://") == 1
        assert f"/{cast.desk.slug}/crm/" in help_text

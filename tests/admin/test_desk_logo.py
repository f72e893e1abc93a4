"""A desk's logo: an uploaded image is encoded again and shown in the portal and to agents."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image

from accounts.models import AuditEntry, Desk
from accounts.tenancy import desk_scope
from tests.admin.posting import post_settings
from tests.cast import Cast

SECRET = b"gps: in the garden"


@pytest.fixture(autouse=True)
def own_storage(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def image(kind: str = "PNG", size: tuple[int, int] = (900, 300)) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", size, "purple").save(file, kind, comment=SECRET)
    file.seek(0)
    file.name = f"logo.{kind.lower()}"
    return file


def named(content: bytes, name: str) -> io.BytesIO:
    file = io.BytesIO(content)
    file.name = name
    return file


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_an_image_is_encoded_again_and_public(
    kind: str, rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    assert post_settings(at_rocket, rocket.desk, logo_file=image(kind)).status_code == 302
    desk = Desk.objects.get(pk=rocket.desk.pk)
    answer = Client().get(f"/rocket/logo/{desk.logo_name}")
    content = b"".join(answer.streaming_content)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert "immutable" in answer.headers["Cache-Control"]
    assert SECRET not in content
    assert Image.open(io.BytesIO(content)).size == (480, 160)
    assert Client().get(f"/matter/logo/{desk.logo_name}").status_code == 404
    assert Client().get("/rocket/logo/other.png").status_code == 404


def test_portal_sidebar_and_sign_in_show_it_with_alternative_text(
    rocket: Cast, matter: Cast, at_rocket: Client, sign_in: Any
) -> None:
    post_settings(at_rocket, rocket.desk, logo_file=image())
    name = re.escape(Desk.objects.get(pk=rocket.desk.pk).logo_name)
    source = rf'src="/rocket/logo/{name}"\s+alt="Logo of Rocket"'
    pages = [
        Client().get("/rocket/"),
        Client().get("/rocket/login/"),
        sign_in(rocket.analyst.user).get("/rocket/agent/"),
    ]
    assert all(re.search(source, page.content.decode()) for page in pages)
    assert b"/logo/" not in Client().get("/matter/").content


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not an image"),
        (image().getvalue()[:200], "not an image"),
        (b"x" * (1024 * 1024 + 1), "larger than 1 MB"),
        (image(size=(2001, 2000)).getvalue(), "too large for a logo"),
    ],
    ids=["svg", "broken", "too large", "too many pixels"],
)
def test_an_invalid_logo_is_an_error_of_the_field(
    content: bytes, why: str, rocket: Cast, at_rocket: Client, own_storage: Path
) -> None:
    answer = post_settings(
        at_rocket, rocket.desk, hotline="+55 11 5555", logo_file=named(content, "logo.png")
    )
    assert answer.status_code == 200
    assert why in str(answer.context["adminform"].form.errors["logo_file"])
    assert b"+55 11 5555" in answer.content
    assert Desk.objects.get(pk=rocket.desk.pk).logo == ""
    assert not list(own_storage.rglob("*.png"))


def test_a_logo_is_replaced_and_removed(
    rocket: Cast, at_rocket: Client, django_capture_on_commit_callbacks: Any
) -> None:
    names = []
    for change in ({"logo_file": image()}, {"logo_file": image("GIF")}, {"remove_logo": "on"}):
        with django_capture_on_commit_callbacks(execute=True):
            assert post_settings(at_rocket, rocket.desk, **change).status_code == 302
        names.append(Desk.objects.get(pk=rocket.desk.pk).logo)
    first, second, none = names
    assert first != second
    assert none == ""
    assert not any(default_storage.exists(name) for name in (first, second))
    with desk_scope(rocket.desk):
        changes = [entry.detail["changes"] for entry in AuditEntry.objects.order_by("pk")]
    assert [list(change) for change in changes] == [
        ["accent", "logo_file"],
        ["logo_file"],
        ["remove_logo"],
    ]


def test_a_full_disk_is_an_error_of_the_field(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*args: Any, **kwargs: Any) -> str:
        raise OSError("No space left on device")

    monkeypatch.setattr(default_storage, "save", refuse)
    answer = post_settings(at_rocket, rocket.desk, logo_file=image())
    assert "could not be stored" in str(answer.context["adminform"].form.errors["logo_file"])

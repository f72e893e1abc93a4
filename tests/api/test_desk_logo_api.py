"""The desk's logo over the API: a picture is checked and re-encoded, as on the admin's page."""

from __future__ import annotations

import io
from typing import Any

from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart
from PIL import Image

from accounts.models import AuditEntry, Desk
from tests.agent.conftest import SignIn
from tests.api.setups import list_fields
from tests.cast import Cast

URL = "/rocket/api/v1/desk/logo/"


def make_picture(size: tuple[int, int] = (60, 20), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "red").save(file, kind)
    return file.getvalue()


def put(client: Client, content: bytes, name: str = "logo.png", url: str = URL) -> Any:
    body = encode_multipart(BOUNDARY, {"file": SimpleUploadedFile(name, content)})
    return client.put(url, body, content_type=MULTIPART_CONTENT)


def test_an_admin_sets_replaces_and_removes_the_logo(
    in_rocket: Cast, sign_in: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    admin = sign_in(in_rocket.admin.user)
    assert admin.get(URL).json() == {"url": None}
    first = put(admin, make_picture())
    assert first.status_code == 200, first.json()
    shown = Client().get(first.json()["url"])
    assert (shown.status_code, shown["Content-Type"]) == (200, "image/png")
    before = Desk.objects.get(pk=in_rocket.desk.pk).logo
    with django_capture_on_commit_callbacks(execute=True):
        second = put(admin, make_picture(kind="JPEG"), "logo.jpg").json()
    assert second["url"] != first.json()["url"]
    assert not default_storage.exists(before)
    assert sign_in(in_rocket.observer.user).get(URL).json() == second
    for _ in range(2):
        assert admin.delete(URL).status_code == 204
    assert admin.get(URL).json() == {"url": None}
    assert AuditEntry.objects.filter(action="changed").count() == 3


def test_an_invalid_logo_is_refused(in_rocket: Cast, sign_in: SignIn) -> None:
    admin = sign_in(in_rocket.admin.user)
    script = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
    for content in (script, b"", b"x" * (1024 * 1024 + 1), make_picture((3000, 3000))):
        assert list_fields(put(admin, content)) == ["file"]
    assert admin.put(URL, {}, content_type="application/json").status_code == 415
    assert Desk.objects.get(pk=in_rocket.desk.pk).logo == ""


def test_only_admins_change_their_own_desks_logo(
    in_rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    for person in (in_rocket.lead, in_rocket.observer):
        assert put(sign_in(person.user), make_picture()).status_code == 403
        assert sign_in(person.user).delete(URL).status_code == 403
    assert put(sign_in(in_rocket.customer.user), make_picture()).status_code == 404
    assert put(sign_in(matter.admin.user), make_picture()).status_code == 404
    assert Desk.objects.get(pk=in_rocket.desk.pk).logo == ""

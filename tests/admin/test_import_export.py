"""CSV import in the admin site: a preview first, then valid lines are imported, others listed."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry, Contact
from accounts.tenancy import desk_scope
from helpdesk.admin import import_export
from tests.cast import Cast

PAGE = "/rocket/admin/csv/"
BAD = "email,name\nann@firm.example,Ann\nnobody,Ben\ncarl@firm.example,Carl\n"


def send(client: Client, text: str | bytes, kind: str = "contacts") -> Any:
    content = text.encode() if isinstance(text, str) else text
    return client.post(PAGE, {"kind": kind, "file": SimpleUploadedFile("people.csv", content)})


def confirm(client: Client, preview: Any, kind: str = "contacts") -> Any:
    """Post the form of the preview."""
    sealed = re.search(r'name="sealed" value="([^"]+)"', preview.content.decode())
    assert sealed is not None
    return client.post(PAGE, {"kind": kind, "sealed": unescape(sealed[1])})


def count(cast: Cast) -> int:
    with desk_scope(cast.desk):
        return Contact.objects.filter(email__endswith="@firm.example").count()


def test_a_preview_writes_nothing_and_the_second_click_imports_valid_lines(
    rocket: Cast, at_rocket: Client
) -> None:
    preview = send(at_rocket, BAD)
    assert preview.status_code == 200
    assert (preview.context["report"].created, count(rocket)) == (2, 0)
    assert b"is not an email address." in preview.content
    done = confirm(at_rocket, preview)
    assert done.status_code == 200
    line = done.context["report"].rejected[0]
    assert (done.context["report"].created, line.line, line.column) == (2, 3, "email")
    assert count(rocket) == 2
    with desk_scope(rocket.desk):
        entry = AuditEntry.objects.get(action="csv_imported")
    assert (entry.actor, entry.detail["created"], entry.detail["refused"]) == (
        "admin@rocket.example",
        2,
        1,
    )
    again = send(at_rocket, BAD)
    assert (again.context["report"].unchanged, again.context["sealed"] != "") == (2, True)
    assert b"This file has nothing to import." in again.content


def test_thirty_invalid_lines_of_ten_thousand_do_not_stop_the_others(
    rocket: Cast, at_rocket: Client
) -> None:
    lines = [f"p{n}@firm.example,P" if n % 333 else f"p{n},P" for n in range(1, 10_001)]
    preview = send(at_rocket, "\n".join(["email,name", *lines]))
    done = confirm(at_rocket, preview)
    assert done.context["report"].created == 9_970
    assert [line.line for line in done.context["report"].rejected] == [
        n + 1 for n in range(333, 10_001, 333)
    ]
    assert count(rocket) == 9_970
    assert done.content.count(b"is not an email address.") == 30


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "The submitted file is empty."),
        ("email\nMüller".encode("latin-1"), "The file is not UTF-8"),
        ("email,shoe\na@b.example,1", "Unknown column “shoe”"),
        ("name\nAnn", "The column “email” is missing."),
    ],
)
def test_an_unreadable_file_is_an_error_of_its_field(
    content: str | bytes, reason: str, rocket: Cast, at_rocket: Client
) -> None:
    answer = send(at_rocket, content)
    assert answer.status_code == 422
    assert reason in " ".join(answer.context["form"].errors["file"])


def test_a_file_too_large_for_the_page_is_rejected(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_export, "MAX_SEALED_CHARS", 10)
    answer = send(at_rocket, BAD)
    assert answer.status_code == 422
    assert "Split it into several files" in " ".join(answer.context["form"].errors["file"])


def test_a_preview_is_valid_for_its_desk_kind_and_hour_only(
    rocket: Cast, matter: Cast, at_rocket: Client, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    preview = send(at_rocket, BAD)
    sealed = preview.context["sealed"]
    elsewhere = sign_in(matter.admin.user).post(
        "/matter/admin/csv/", {"kind": "contacts", "sealed": sealed}
    )
    tampered = at_rocket.post(PAGE, {"kind": "contacts", "sealed": "A" + sealed})
    other_kind = at_rocket.post(PAGE, {"kind": "accounts", "sealed": sealed})
    no_kind = at_rocket.post(PAGE, {"kind": "agents", "sealed": sealed})
    monkeypatch.setattr(import_export, "MAX_SEALED_SECONDS", -1)
    late = confirm(at_rocket, preview)
    assert [answer.status_code for answer in (elsewhere, tampered, other_kind, no_kind, late)] == [
        422
    ] * 5
    assert count(rocket) == count(matter) == 0


@pytest.mark.parametrize("kind", ["accounts", "domains", "contacts"])
def test_an_export_has_the_desks_rows_only_and_is_audited(
    kind: str, rocket: Cast, matter: Cast, at_rocket: Client
) -> None:
    answer = at_rocket.post(f"{PAGE}export/", {"kind": kind})
    assert answer["Content-Disposition"] == f'attachment; filename="rocket-{kind}.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf"), "Excel reads it as another encoding"
    assert b"acme.example" in answer.content
    assert b"globex.example" not in answer.content
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.get(action="csv_exported").target == kind
    assert send(at_rocket, answer.content, kind).context["report"].rejected == ()


def test_only_desk_admins_import_and_export(
    rocket: Cast, matter: Cast, sign_in: Any, client: Client
) -> None:
    assert client.get(PAGE).status_code == 302
    for stranger in [rocket.analyst, rocket.lead, rocket.customer, matter.admin]:
        signed_in = sign_in(stranger.user)
        assert signed_in.get(PAGE).status_code == 404
        assert signed_in.post(f"{PAGE}export/", {"kind": "contacts"}).status_code == 404

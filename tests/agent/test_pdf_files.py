"""The pages of a PDF as pictures, for those who may download it."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from tests.agent.conftest import SignIn
from tests.agent.test_files import keep, path
from tests.cast import Cast
from tests.pdfs import make_locked_pdf, make_nested_pdf, make_pdf
from tickets.attachments import pdf_renderer, pdfs
from tickets.attachments.files import NewFile
from tickets.models import Attachment, Ticket


def make(cast: Cast, ticket: Ticket, content: bytes, name: str = "Scan.PDF") -> Attachment:
    return keep(cast, ticket, NewFile(name, "text/html", content))


def test_each_page_is_a_picture_that_we_have_drawn(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = make(rocket, ticket, make_pdf(3))
    conversation = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert f'href="{path(file)}pages/"' in conversation
    page = client.get(f"{path(file)}pages/").content.decode()
    assert re.findall(r'src="([^"]+/pages/\d+/)"', page) == [
        f"{path(file)}pages/{number}/" for number in (1, 2, 3)
    ]
    assert 'alt="Page 2 of 3"' in page
    drawn = client.get(f"{path(file)}pages/2/")
    assert drawn.content.startswith(b"\x89PNG")
    assert drawn["Content-Type"] == "image/png"
    assert set(drawn["Content-Security-Policy"].split("; ")) == {"default-src 'none'", "sandbox"}
    for number in (0, 4, pdfs.MAX_PAGES + 1):
        assert client.get(f"{path(file)}pages/{number}/").status_code == 404


def test_a_long_document_shows_its_first_pages_and_says_so(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = make(rocket, ticket, make_pdf(pdfs.MAX_PAGES + 1))
    page = client.get(f"{path(file)}pages/").content.decode()
    assert page.count("<li><img") == pdfs.MAX_PAGES
    assert f"Only the first {pdfs.MAX_PAGES} of {pdfs.MAX_PAGES + 1} pages" in page


def test_what_cannot_be_drawn_says_why(
    rocket: Cast, client: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(content: bytes) -> str:
        file = make(rocket, ticket, content)
        assert client.get(f"{path(file)}pages/1/").status_code == 404
        return client.get(f"{path(file)}pages/").content.decode()

    assert "This file is damaged or isn" in read(b"<script>alert(1)</script>")
    assert "has a password" in read(make_locked_pdf())
    with monkeypatch.context() as patch:
        patch.setattr(pdfs, "MAX_BYTES", 10)
        assert "too large to be shown" in read(make_pdf())
    with monkeypatch.context() as patch:
        patch.setattr(pdfs, "MAX_SECONDS", 0.001)
        assert "took too long" in read(make_pdf())
    with monkeypatch.context() as patch:
        patch.setattr(pdfs, "SECONDS_IN_LINE", 0)
        for _ in range(pdfs.MAX_AT_ONCE):
            pdfs._slots.acquire()
        assert "Other files are being read" in read(make_pdf())
        for _ in range(pdfs.MAX_AT_ONCE):
            pdfs._slots.release()
    assert "Page 1 of 1" in client.get(f"{path(make(rocket, ticket, make_pdf()))}pages/").text


def test_a_full_line_is_refused_at_once_and_nothing_is_read(
    rocket: Cast, client: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = make(rocket, ticket, make_pdf())

    def wait(*given: object, **more: object) -> None:
        raise AssertionError("It waited, or read the file.")

    with monkeypatch.context() as patch:
        patch.setattr(pdfs._slots, "acquire", wait)
        patch.setattr(pdfs.default_storage, "open", wait)
        for _ in range(pdfs.MAX_AT_ONCE + pdfs.MAX_IN_LINE):
            assert pdfs._line.acquire(blocking=False)
        assert "Other files are being read" in client.get(f"{path(file)}pages/").text
        pdfs._line.release(pdfs.MAX_AT_ONCE + pdfs.MAX_IN_LINE)
    assert "Page 1 of 1" in client.get(f"{path(file)}pages/").text


def test_a_document_that_draws_without_end_is_stopped() -> None:
    with pytest.raises(pdfs.PdfError):
        pdfs.draw_content(make_nested_pdf(), 1)
    assert pdfs.draw_content(make_pdf(), 1).count == 1


def test_the_two_programs_agree_on_their_exit_codes() -> None:
    assert pdfs.ENCRYPTED == pdf_renderer.ENCRYPTED


def test_other_files_and_outsiders_find_no_pages(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    text = make(rocket, ticket, make_pdf(), name="notes.txt")
    assert client.get(f"{path(text)}pages/").status_code == 404
    assert client.get(f"{path(text)}pages/1/").status_code == 404
    file = make(rocket, ticket, make_pdf())
    for url in (f"{path(file)}pages/", f"{path(file)}pages/1/"):
        assert sign_in(matter.analyst.user).get(url).status_code == 404
        assert sign_in(matter.analyst.user).get(url.replace("rocket", "matter")).status_code == 404
        assert sign_in(rocket.customer.user).get(url).status_code == 404
        assert Client().get(url).status_code == 302
        assert sign_in(rocket.observer.user).get(url).status_code == 200

"""An image in the text of a message is shown there, once, and not again among its files."""

from __future__ import annotations

from django.template.loader import render_to_string

from accounts.models import Contact
from helpdesk.shared.entries import describe_message
from helpdesk.shared.http.files import serve_attachment
from tests.cast import NOON
from tickets.models import Attachment, Channel, Message


def _describe(html: str, *files: Attachment) -> tuple[str, list[str]]:
    """Return the HTML that is shown and the names of the files listed below it."""
    contact = Contact(name="Ann", email="ann@acme.example")
    message = Message(contact=contact, channel=Channel.EMAIL, body_html=html, created_at=NOON)
    item = describe_message(message, files, file_url=lambda file: f"/files/{file.name}")
    return item.html, [file.name for file in item.files]


def _image(name: str, content_id: str = "", *, preview: str = "p") -> Attachment:
    return Attachment(name=name, content_id=content_id, size=9, file="f", preview=preview)


def test_an_image_of_the_text_is_not_listed_again() -> None:
    logo, photo = _image("logo.png", "1@x"), _image("photo.png", "2@x")
    html, listed = _describe('<img data-cid="1@x" alt="">', logo, photo)
    assert 'src="/files/logo.png?preview=1"' in html
    assert listed == ["photo.png"]


def test_an_image_is_found_by_its_name_if_no_content_id_fits() -> None:
    html, listed = _describe('<img data-cid="scan 7.jpg" alt="">', _image("scan 7.jpg", "9@x"))
    assert 'src="/files/scan 7.jpg?preview=1"' in html
    assert listed == []


def test_a_content_id_comes_before_a_name() -> None:
    named, known = _image("a.png"), _image("b.png", "a.png")
    html, listed = _describe('<img data-cid="a.png" alt="">', named, known)
    assert "/files/b.png?preview=1" in html
    assert listed == ["a.png"]


def test_an_image_that_cannot_be_shown_stays_in_the_list() -> None:
    html, listed = _describe('<img data-cid="1@x" alt="">', _image("a.png", "1@x", preview=""))
    assert "src=" not in html
    assert listed == ["a.png"]


def test_an_image_whose_preview_is_being_made_has_its_place_in_the_text() -> None:
    photo = _image("photo.png", "1@x", preview="")
    photo.preview_due_at = NOON
    html, listed = _describe('<img data-cid="1@x" alt="">', photo)
    assert 'src="/files/photo.png?preview=1"' in html
    assert listed == []
    stand_in = serve_attachment(photo, as_preview=True)
    assert stand_in["Content-Type"] == "image/svg+xml"
    assert stand_in["X-Content-Type-Options"] == "nosniff"


def test_many_images_without_a_preview_say_so_once() -> None:
    files = [
        Attachment(name=f"{n}.png", size=9, file="f", preview_problem="too_many") for n in range(99)
    ]
    contact = Contact(name="Ann", email="ann@acme.example")
    message = Message(contact=contact, channel=Channel.EMAIL, body_html="", created_at=NOON)
    item = describe_message(message, files, file_url=lambda file: f"/files/{file.name}")
    page = render_to_string("agent/ticket/_files.html", {"files": item.files})
    assert page.count("This message has too many images to preview them all.") == 1
    assert page.count('class="file"') == 99

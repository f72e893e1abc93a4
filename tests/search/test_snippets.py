"""What results show of a hit: the words found, marked and escaped, and nothing hidden."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client

from helpdesk.templatetags.ui import marked
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tests.departments import close_department
from tickets.attachments.files import NewFile
from tickets.models import Ticket
from tickets.search.queries import read_query
from tickets.search.snippets import LENGTH, Segment, find_snippet, mark
from tickets.services import add_note, reply

QUEUE = "/rocket/agent/"
PORTAL = "/rocket/portal/requests/"
LATER = NOON + timedelta(minutes=5)


def show(segments: tuple[Segment, ...]) -> str:
    return "".join(f"[{s.text}]" if s.is_hit else s.text for s in segments)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("disk", "The “disk” is full", "The “[disk]” is full"),
        ("disk full", "“disk full”", "“[disk] [full]”"),
        ("muller", "Frau Müller-Lüdenscheidt", "Frau [Müller]-Lüdenscheidt"),
        ("mueller", "Frau Müller", "Frau [Müller]"),
        ("strasse", "Die STRAẞE", "Die [STRAẞE]"),
        ("4711", "ERR-4711 and 47110", "ERR-[4711] and [47110]"),
        ("7.10", "from 7.10.3 to 10.7", "from [7].[10].3 to 10.7"),
        ("接続", "サーバーに接続できません", "サーバーに[接続]できません"),
        ("서버", "서버에 서비스", "[서버]에 서비스"),
        ("c++", "C and C++ here", "C and [C++] here"),
        ("email", "An e-mail came", "An [e]-mail came"),
        ('"full disk"', "disk full, full disk", "disk full, [full] [disk]"),
        ("fluxcap", "Our fluxcapacitor", "Our [fluxcapacitor]"),
        ("disk -full", "full disk", "full [disk]"),
        ("cafe or tee", "Café und Tee", "[Café] und [Tee]"),
        ("plumb", "Ｐｌｕｍｂ line", "[Ｐｌｕｍｂ] line"),
        ("cafe\u0301", "Cafe\u0301 au lait", "[Café] au lait"),
        ("nothing", "Some text", "Some text"),
    ],
)
def test_words_are_marked_as_they_are_found(query: str, text: str, expected: str) -> None:
    assert show(mark(text, read_query(query)).segments) == expected
    found = find_snippet([text], read_query(query))
    assert show(found.segments) == (expected if "[" in expected else "")


def test_a_snippet_is_the_place_with_the_most_words() -> None:
    long = f"{'Lorem ipsum dolor. ' * 40}The pump leaks oil. {'Sit amet. ' * 40}"
    found = show(find_snippet(["A pump.", long, "Oil."], read_query("pump oil")).segments)
    assert "The [pump] leaks [oil]." in found
    assert found.startswith("…")
    assert found.endswith("…")
    assert len(found) < LENGTH + 20


def test_a_snippet_is_one_line_and_markup_is_text() -> None:
    hit = find_snippet(["a\n\n<img src=x onerror=alert(1)>\n<b>pump</b> & co"], read_query("pump"))
    html = marked(hit.segments)
    assert "<mark>pump</mark>" in html
    assert "&lt;img src=x onerror=alert(1)&gt; &lt;b&gt;" in html
    assert "<img" not in html
    assert "\n" not in html
    assert marked(()) == ""


def read_snippets(client: Client, url: str, words: str) -> list[str]:
    page = client.get(f"{url}?q={quote(words)}").content.decode()
    return re.findall(r'-snippet"[^>]*>(.*?)</p>', page)


def test_an_agent_sees_where_the_words_are(in_rocket: Cast, sign_in: SignIn) -> None:
    client = sign_in(in_rocket.analyst.user)
    file = NewFile("zugang_plan.pdf", "application/pdf", b"x")
    ticket = in_rocket.open_ticket(subject="Zebra crossing", text="<b>A</b> tapir sleeps.")
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="An okapi!", at=NOON, files=(file,))
    page = client.get(f"{QUEUE}?q=zebra").content.decode()
    assert "<mark>Zebra</mark> crossing" in page
    assert "ticket-snippet" not in page
    assert read_snippets(client, QUEUE, "tapir") == [
        "&lt;b&gt;A&lt;/b&gt; <mark>tapir</mark> sleeps."
    ]
    assert read_snippets(client, QUEUE, "okapi zebra") == ["An <mark>okapi</mark>!"]
    assert read_snippets(client, QUEUE, "zugang") == ["<mark>zugang</mark>_plan.pdf"]
    (names,) = read_snippets(client, QUEUE, ["acme", "tapir"][0])
    assert "<mark>" in names
    assert "ticket-snippet" not in client.get(QUEUE).content.decode()


def test_a_customer_sees_public_texts_only(in_rocket: Cast, sign_in: SignIn) -> None:
    client = sign_in(in_rocket.customer.user)
    ticket = in_rocket.open_ticket(subject="Zebra", text="A tapir sleeps.")
    reply(ticket_id=ticket.pk, agent=in_rocket.analyst, text="Wake the tapir.", at=LATER)
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="The tapir is a fraud.", at=LATER)
    assert read_snippets(client, PORTAL, "tapir") == ["Wake the <mark>tapir</mark>."]
    page = client.get(f"{PORTAL}?q=zebra+tapir").content.decode()
    assert "fraud" not in page
    assert "<mark>Zebra</mark>" in page
    assert read_snippets(client, PORTAL, "fraud") == []
    assert "No matching requests" in client.get(f"{PORTAL}?q=fraud").content.decode()


def test_hidden_departments_cause_no_hit_and_no_snippet(in_rocket: Cast, sign_in: SignIn) -> None:
    for kind in in_rocket.departments:
        close_department(in_rocket, kind, members=())
    ticket = in_rocket.open_ticket(subject="Zebra", text="A tapir sleeps.")
    Ticket.objects.filter(pk=ticket.pk).update(assignee=None)
    assert ticket.department is not None
    outsider = sign_in(in_rocket.observer.user)
    page = outsider.get(f"{QUEUE}?q=tapir").content.decode()
    assert "sleeps" not in page
    assert "No results" in page
    listed = outsider.get("/rocket/api/v1/tickets/?q=tapir").json()
    assert listed["results"] == []


def test_the_api_lists_what_the_search_finds(in_rocket: Cast, sign_in: SignIn) -> None:
    client = sign_in(in_rocket.analyst.user)
    found = in_rocket.open_ticket(subject="Größe", text="“Zu klein”")
    in_rocket.open_ticket(subject="Other")
    for words in ("grosse", "zu klein", f"[RC-{found.number}]"):
        listed = client.get("/rocket/api/v1/tickets/", {"q": words}).json()["results"]
        assert [ticket["number"] for ticket in listed] == [found.number]
    assert len(client.get("/rocket/api/v1/tickets/", {"q": " "}).json()["results"]) == 2

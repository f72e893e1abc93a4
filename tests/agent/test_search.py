"""Search on the Tickets page: words of subject, messages and notes, and numbers."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Account, Agent, Contact
from accounts.tenancy import SYSTEM_ROLE, desk_scope
from helpdesk.agent.views import queue
from tests.agent.conftest import inside
from tests.agent.test_queue import QUEUE, make_many, numbers
from tests.cast import NOON, Cast
from tests.effort import run_within
from tickets.models import Ticket
from tickets.search.find import MAX_HITS, Found, search_for_contact, search_tickets
from tickets.selectors import make_names_query, search_accounts, search_contacts
from tickets.services import add_note, reply

# As in tickets/migrations/0011_search_names.py, which freezes the indexes and the functions.
CONTACT_WORDS = "to_tsvector('simple', fold_name(name || ' ' || email))"
ACCOUNT_WORDS = "to_tsvector('simple', fold_name(name))"


def test_a_word_is_found_in_subject_message_and_note(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        by_subject = rocket.open_ticket(subject="The flux is broken", text="Nothing else.")
        by_message = rocket.open_ticket(text="Our flux stands still.")
        by_note, by_reply, other = rocket.open_ticket(), rocket.open_ticket(), rocket.open_ticket()
        add_note(ticket_id=by_note.pk, agent=rocket.analyst, text="Perhaps the flux?", at=NOON)
        reply(ticket_id=by_reply.pk, agent=rocket.analyst, text="Look at the flux.", at=NOON)
    found = numbers(client, f"{QUEUE}?q=flux")
    assert set(found) == {by_subject.number, by_message.number, by_note.number, by_reply.number}
    assert other.number not in found


@pytest.mark.parametrize("written", ["{}", "#{}", "RC-{}", "rc-{}", " RC-{} "])
def test_a_number_or_reference_finds_its_ticket_first(
    rocket: Cast, client: Client, written: str
) -> None:
    with inside(rocket):
        named = rocket.open_ticket()
        rocket.open_ticket(text=f"It is like {named.number} and RC-{named.number}.")
    assert (
        numbers(client, f"{QUEUE}?q={written.format(named.number).replace('#', '%23')}")[0]
        == named.number
    )


@pytest.mark.parametrize("written", [str.lower, str.upper, " {} ".format])
def test_a_customers_address_finds_their_tickets(
    rocket: Cast, client: Client, written: Callable[[str], str]
) -> None:
    with inside(rocket):
        older, newer = rocket.open_ticket(), rocket.open_ticket(at=NOON + timedelta(minutes=1))
        rocket.open_ticket(contact=rocket.customer_colleague)
    found = numbers(client, f"{QUEUE}?q={written(rocket.customer.email)}")
    assert found == [newer.number, older.number]


def test_a_customer_of_another_desk_is_not_found_here(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    with inside(matter):
        matter.open_ticket()
    assert numbers(client, f"{QUEUE}?q={matter.customer.email}") == []


def test_another_desks_reference_finds_nothing_here(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket()
    assert numbers(client, f"{QUEUE}?q=MM-{ticket.number}") == []


@pytest.mark.parametrize("words", ["'", '"', "(", "a or", "-", "%F0%9F%92%A9", "x" * 900, "9" * 15])
def test_strange_words_are_no_error(client: Client, words: str) -> None:
    page = client.get(f"{QUEUE}?q={words}")
    assert page.status_code == 200
    assert "No results" in page.content.decode()


def test_hits_beyond_a_page_are_on_the_next(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        opened = {rocket.open_ticket(subject=f"Flux {i}").number for i in range(53)}
    first = numbers(client, f"{QUEUE}?q=flux")
    second = numbers(client, f"{QUEUE}?q=flux&from=50")
    assert (len(first), len(second)) == (50, 3)
    assert set(first + second) == opened


def test_the_words_stay_in_the_search_field(client: Client) -> None:
    page = client.get(f"{QUEUE}?q=<b>flux").content.decode()
    assert 'value="&lt;b&gt;flux"' in page
    assert "<b>flux" not in page


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("fluxcap", True),
        ("FLUX", True),
        ("broken fluxcap", True),
        ("the broken flu", True),
        ("fluxcap broken", False),
        ("fl", False),
        ('"broken fluxcapacitor"', True),
        ('"fluxcapacitor broken"', False),
        ("zilch or fluxcapacitor", True),
        ("broken -flux", True),
        ("broken -fluxcapacitor", False),
    ],
)
def test_the_last_word_may_be_the_beginning_of_one(
    rocket: Cast, client: Client, words: str, is_found: bool
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(subject="The broken fluxcapacitor")
        rocket.open_ticket()
    assert numbers(client, f"{QUEUE}?q={words}") == ([ticket.number] if is_found else [])


@pytest.mark.parametrize(
    "words",
    [
        "Grace",
        "hopper",
        "hop gra",
        "grace navy",
        "gr.hop",
        "navy.example",
        "Eckert Mauchly",
        "eckert-m",
    ],
)
def test_names_and_parts_of_addresses_find_the_tickets(
    rocket: Cast, client: Client, words: str
) -> None:
    with inside(rocket):
        account = Account.objects.create(desk=rocket.desk, name="Eckert-Mauchly Corp.")
        contact = Contact.objects.create(
            desk=rocket.desk, email="gr.hopper@navy.example", name="Grace Hopper", account=account
        )
        theirs = rocket.open_ticket(contact=contact)
        rocket.open_ticket()
    assert numbers(client, f"{QUEUE}?q={words}") == [theirs.number]


def test_names_are_no_way_round_the_desk_or_for_customers(
    rocket: Cast, matter: Cast, client: Client
) -> None:
    with inside(matter):
        matter.open_ticket()
    assert numbers(client, f"{QUEUE}?q=globex") == []
    with inside(rocket):
        rocket.open_ticket()
        assert search_tickets(desk=rocket.desk, words="acme")
        assert search_for_contact(rocket.customer, "acme") == []


def test_a_number_finds_itself_first_and_then_those_that_begin_so(
    rocket: Cast, client: Client
) -> None:
    with inside(rocket):
        for number in (7, 70, 79, 80, 712, 7000):
            ticket = rocket.open_ticket()
            Ticket.objects.filter(pk=ticket.pk).update(number=number)
    assert numbers(client, f"{QUEUE}?q=7") == [7, 7000, 712, 79, 70]
    assert numbers(client, f"{QUEUE}?q=RC-70") == [70, 7000]
    assert numbers(client, f"{QUEUE}?q=MM-70") == []


def test_contacts_and_accounts_are_found_by_name(rocket: Cast, matter: Cast) -> None:
    with inside(rocket):
        assert search_contacts(desk=rocket.desk, words="cust acme", limit=5) == [rocket.customer]
        assert search_accounts(desk=rocket.desk, words="ACM", limit=5) == [rocket.account]
        assert len(search_contacts(desk=rocket.desk, words="acme", limit=2)) == 2
        for words in ("", "globex", "' | ''", "\x00"):
            assert search_contacts(desk=rocket.desk, words=words, limit=5) == []
            assert search_accounts(desk=rocket.desk, words=words, limit=5) == []
    with desk_scope(matter.desk):
        assert search_contacts(desk=rocket.desk, words="acme", limit=5) == []


def test_a_names_query_holds_words_only() -> None:
    assert make_names_query("O'Hara, \\'); DROP") == "'hara':* & 'drop':*"
    assert make_names_query("a " * 9) == ""
    assert make_names_query("ab " * 9) == ""


HOSTILE = [
    "aaa " * 100,
    "a" * 400,
    "a or " * 80 + "b",
    "-" * 400,
    '"' * 399 + "abc",
    "(((((((" * 50,
    "ser " * 90 + "ser",
    "x:* & | ! <-> 'y' \\",
    "%' OR 1=1 --abc",
    "é" * 300,
    "\u202eabc \U0001f4a9 def",
    "1" * 300,
    "²²² ²²²",
]


def test_hostile_words_are_cheap(rocket: Cast, client: Client) -> None:
    """Each query takes little CPU time, and no database statement runs away."""
    with inside(rocket):
        make_many(rocket, 1000)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = '10s'")
    try:
        for words in HOSTILE:
            assert run_within(100, client.get, QUEUE, {"q": words}).status_code == 200, words
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET statement_timeout")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Müller & Söhne GmbH", ["muller", "MÜLLER", "sohne", "Mu\u0308ller gmbh"]),
        ("Größe – „Straße“ AG", ["grosse", "strasse ag", "STRAẞE"]),
        ("Łódź Œuvre Þór", ["lodz", "oeuvre", "thor"]),
        ("İstanbul Işık A.Ş.", ["istanbul", "isik", "IŞIK"]),
        ("ЖЁЛУДЬ Трейд", ["желудь", "Жёлудь", "трейд"]),
        ("Sociedade São João", ["sao joao", "SÃO"]),
        ("D’Angelo & O'Hara", ["d’angelo", "angelo", "o'hara", "hara"]),
    ],
)
def test_names_are_found_without_their_accents(
    in_rocket: Cast, name: str, words: list[str]
) -> None:
    account = Account.objects.create(desk=in_rocket.desk, name=name)
    contact = Contact.objects.create(
        desk=in_rocket.desk, email="someone@kunde.example", name=name, account=account
    )
    for typed in words:
        found = search_accounts(desk=in_rocket.desk, words=typed, limit=5)
        assert (typed, found) == (typed, [account])
        people = search_contacts(desk=in_rocket.desk, words=typed, limit=5)
        assert (typed, people) == (typed, [contact])


@pytest.mark.parametrize(
    ("index", "table", "words"),
    [
        ("contact_words", "accounts_contact", CONTACT_WORDS),
        ("account_words", "accounts_account", ACCOUNT_WORDS),
    ],
)
@pytest.mark.usefixtures("unmeasured")
def test_names_have_their_index(db: None, index: str, table: str, words: str) -> None:
    """The condition of the functions, in the role that they run as."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {SYSTEM_ROLE}")
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute(
            f"EXPLAIN SELECT id FROM {table} WHERE {words} @@ to_tsquery('simple', 'abc:*')"
        )
        assert index in "\n".join(line for (line,) in cursor.fetchall())


def test_a_very_long_search_is_cut(rocket: Cast, client: Client) -> None:
    with inside(rocket):
        found = rocket.open_ticket(subject="The flux is broken")
    assert numbers(client, f"{QUEUE}?q=flux{'%20' * 300}{'nonsense%20' * 600}") == [found.number]


def test_a_search_that_stopped_early_says_so_and_continues_with_older_tickets(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(rocket):
        older, newer = rocket.open_ticket(), rocket.open_ticket()
    asked = []

    def search(agent: Agent, words: str, *, before: int | None) -> Found:
        asked.append((words, before))
        return Found([older.pk]) if before else Found([newer.pk], unchecked_before=newer.number)

    monkeypatch.setattr(queue, "search_for_agent", search)
    page = client.get(f'{QUEUE}?q="is+down"').content.decode()
    assert f"1 ticket found so far, searched back to ticket {newer.number}" in page
    [link] = re.findall(r'rel="next" href="([^"]+)"', page)
    assert numbers(client, unescape(link)) == [older.number]
    assert asked == [('"is down"', None), ('"is down"', newer.number)]
    monkeypatch.setattr(queue, "search_for_agent", lambda *_, **__: Found([], 1500))
    page = client.get(f'{QUEUE}?q="is+down"').content.decode()
    assert "No results yet" in page
    assert "before=1500" in page


@pytest.mark.parametrize("before", ["0", "1", "9" * 18])
def test_older_tickets_than_there_are_is_an_empty_page_or_the_first_one(
    rocket: Cast, client: Client, before: str
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket(subject="The flux is broken")
    expected = [ticket.number] if before == "9" * 18 else []
    assert numbers(client, f"{QUEUE}?q=flux&before={before}") == expected


def test_an_empty_page_of_a_filtered_search_says_how_far_it_looked(
    rocket: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    with inside(rocket):
        ticket = rocket.open_ticket()

    def look(found: Found) -> str:
        monkeypatch.setattr(queue, "search_for_agent", lambda *_, **__: found)
        return client.get(f'{QUEUE}?q="is+down"&status=closed').content.decode()

    page = look(Found([ticket.pk], 1500))
    assert "None of the newest tickets with these words match all filters." in page
    assert "before=1500" in page
    assert "contain this exact phrase" not in page
    page = look(Found([ticket.pk] * MAX_HITS))
    assert f"None of the newest {MAX_HITS} results match all filters." in page
    assert "No ticket contains all of these words and matches all filters." in look(Found([]))

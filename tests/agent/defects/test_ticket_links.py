"""Defects of a ticket: its panel, suggestions, linking by key, unlinking with a reason."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.tenancy import desk_scope
from helpdesk.agent.defects.mentions import link_mentions
from tests.agent.conftest import SignIn
from tests.agent.defects.helpers import read, url_of, url_of_ticket
from tests.agent.test_levels import ESCALATION
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tickets.actors import Actor
from tickets.defects.linking import link_ticket
from tickets.models import Defect, DefectLink, StageSetting, Ticket
from tickets.services import add_note, escalate


def url_of_page(ticket: Ticket, page: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{page}"


def test_the_panel_shows_the_defects_with_the_desks_stages(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="reported", name="SET looks at it")
    for page in ("", "panel/", "history/"):
        html = as_analyst.get(url_of_page(ticket, page)).content.decode()
        for text in (defect.key, defect.title, "SET looks at it", "Link to a defect"):
            assert text in html, (page, text)


def test_an_observer_sees_defects_but_no_forms(
    as_observer: Client, defect: Defect, ticket: Ticket
) -> None:
    page = read(as_observer, url_of_page(ticket))
    assert defect.key in page
    assert "Report a defect" not in page
    assert "removal/" not in page.split("panel-defects")[1][:1500]


def test_suggestions_show_the_words_that_match(in_rocket: Cast, as_analyst: Client) -> None:
    defect = report(in_rocket, title="Server start fails", problem="The server never starts.")
    ticket = in_rocket.open_ticket(subject="Our server fails to start")
    page = read(as_analyst, url_of_ticket(ticket))
    assert defect.key in page
    assert "<mark>Server</mark>" in page
    assert "Words in common:" in page
    answer = as_analyst.post(url_of_ticket(ticket), {"defect": defect.pk})
    assert answer.headers["Location"] == url_of_page(ticket)
    assert DefectLink.objects.get().ticket == ticket
    page = read(as_analyst, url_of_ticket(ticket, f"?q={defect.key}"))
    assert "Already linked" in page


def test_a_defect_is_found_by_key_and_by_words(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    assert "No suggestions" in read(as_analyst, url_of_ticket(ticket))
    defect = report(in_rocket, title="Zebra stripes")
    for words in (defect.key.lower(), "zebra", "stripes zebra"):
        page = read(as_analyst, f"{url_of_ticket(ticket)}?q={words}")
        assert f'value="{defect.pk}"' in page, words
    assert "No defect found" in read(as_analyst, f"{url_of_ticket(ticket)}?q=unicorn")


def test_open_defects_are_listed_by_rank_below_the_suggestions(
    in_rocket: Cast, as_analyst: Client
) -> None:
    linked = report(in_rocket, ticket := in_rocket.open_ticket(subject="Stripes of zebras fade"))
    low, high, ended = (report(in_rocket, title=title) for title in ("Low", "High", "Ended"))
    same = report(in_rocket, title="Zebras have no stripes")
    Defect.objects.filter(pk=high.pk).update(rank=7)
    Defect.objects.filter(pk=ended.pk).update(stage="wont_fix")
    page = read(as_analyst, url_of_ticket(ticket))
    suggested, by_rank = page.split("Open defects by rank")
    assert f'value="{same.pk}"' in suggested
    assert by_rank.index(f'value="{high.pk}"') < by_rank.index(f'value="{low.pk}"')
    for left_out in (linked, ended, same):
        assert f'value="{left_out.pk}"' not in by_rank


def test_what_the_customer_gets_is_shown_before_a_link(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    with desk_scope(matter.desk):
        foreign = report(matter)
    client = sign_in(rocket.analyst.user)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        defect = report(rocket, title="Zebra stripes", workaround="Paint it.")
        page = read(client, f"{url_of_ticket(ticket)}?q=zebra")
        assert f'aria-label="Preview: {defect.key}"' in page
        page = read(client, f"{url_of_ticket(ticket)}?defect={defect.pk}")
        assert "Until then, this may help: Paint it." in page
        assert not DefectLink.objects.exists()
    assert client.get(f"{url_of_ticket(ticket)}?defect={foreign.pk}").status_code == 404
    answer = client.post(url_of_ticket(ticket), {"defect": defect.pk}, follow=True)
    assert f'Linked to <a href="{url_of(defect)}">{defect.key}</a>.' in answer.content.decode()


def test_the_menu_of_a_ticket_reports_a_defect(as_analyst: Client, ticket: Ticket) -> None:
    page = read(as_analyst, url_of_page(ticket))
    assert f'class="menu-item" href="{url_of_ticket(ticket, "new/")}"' in page


def test_nothing_and_a_foreign_defect_are_not_linked(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    with desk_scope(matter.desk):
        foreign = report(matter)
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
    client = sign_in(rocket.analyst.user)
    for given in ({}, {"defect": foreign.pk}, {"defect": "x"}):
        answer = client.post(url_of_ticket(ticket), given, follow=True)
        assert "Choose the defect to link to." in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not DefectLink.objects.exists()


def test_a_duplicate_is_refused_with_a_message(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    duplicate, original = report(in_rocket), report(in_rocket)
    Defect.objects.filter(pk=duplicate.pk).update(stage="duplicate", duplicate_of=original)
    answer = as_analyst.post(url_of_ticket(ticket), {"defect": duplicate.pk}, follow=True)
    assert "Link the ticket to that one." in answer.content.decode()


def test_a_link_is_removed_with_a_reason(
    as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    url = url_of_ticket(ticket, f"{defect.number}/removal/")
    assert "Remove the link" in read(as_analyst, url)
    assert as_analyst.post(url, {"why": ""}).status_code == 422
    assert as_analyst.post(url, {"why": "Another cause"}).status_code == 303
    assert not DefectLink.objects.exists()
    assert "Another cause" in read(as_analyst, url_of_page(ticket, "history/"))
    assert as_analyst.get(url).status_code == 404


def test_an_escalation_of_a_defect_to_engineering_offers_to_link_or_report_it(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    given = ESCALATION | {"expected": "l2", "cause": "defect", "incomplete": "Offline"}
    answer = as_analyst.post(url_of_page(ticket, "escalation/"), given, follow=True)
    assert answer.redirect_chain[0][0] == url_of_ticket(ticket)
    page = answer.content.decode()
    assert "Link the ticket to its defect, or report a new one." in page
    assert url_of_ticket(ticket, "new/") in page


def test_an_escalation_of_a_ticket_with_a_defect_leads_to_the_ticket(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    given = ESCALATION | {"expected": "l2", "cause": "defect", "incomplete": "Offline"}
    answer = as_analyst.post(url_of_page(ticket, "escalation/"), given)
    assert answer.headers["Location"] == url_of_page(ticket)


def test_a_note_of_a_ticket_links_the_defect_that_it_mentions(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    text = f"Same as {defect.key.lower()}."
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text=text, at=NOON)
    assert f'<a href="{url_of(defect)}">{defect.key.lower()}</a>.' in read(
        as_analyst, url_of_page(ticket)
    )


def test_mentions_are_whole_keys_outside_of_addresses() -> None:
    unlinked = ["XRC-D1", "RC-D1x", "RC-DX", "a@RC-D1.example", "RC-D1-2"]
    for text in unlinked:
        assert "/defects/" not in link_mentions(text, "RC"), text
    assert "/defects/" not in link_mentions("https://x.example/RC-D1", "RC")
    html = link_mentions("<b>(RC-D1), rc-7: www.x.example", "RC")
    assert html.startswith("&lt;b&gt;(<a href=")
    assert html.count("<a ") == 3


def test_another_desks_ticket_is_not_found(rocket: Cast, matter: Cast, sign_in: SignIn) -> None:
    with desk_scope(matter.desk):
        for _ in range(3):
            ticket = matter.open_ticket()
        report(matter, ticket)
    client = sign_in(rocket.analyst.user)
    for page in ("", "new/", "1/removal/"):
        assert client.get(url_of_ticket(ticket, page)).status_code == 404
    with desk_scope(rocket.desk), pytest.raises(Ticket.DoesNotExist):
        link_ticket(defect_id=1, ticket_id=ticket.pk, agent=rocket.analyst, at=NOON)

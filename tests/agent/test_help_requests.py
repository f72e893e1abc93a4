"""Pages of requests for help: asking from a ticket, the queue of a group, and the answer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.agent.conftest import SignIn, count_statements, inside
from tests.cast import Cast
from tests.defects.helpers import report
from tests.help_requests.helpers import ask, make_group
from tickets.actors import Actor
from tickets.defects.linking import link_ticket
from tickets.models import CloseReason, Defect, EngineeringGroup, HelpRequest, Note, Ticket
from tickets.services import close

QUEUE = "/rocket/agent/help/"


@pytest.fixture
def group(rocket: Cast) -> EngineeringGroup:
    with inside(rocket):
        return make_group(rocket)


@pytest.fixture
def asked(rocket: Cast, ticket: Ticket, group: EngineeringGroup) -> HelpRequest:
    with inside(rocket):
        return ask(rocket, ticket, group, at=timezone.now())


@pytest.fixture
def member(rocket: Cast, sign_in: SignIn) -> Client:
    """An agent of the group, signed in."""
    return sign_in(rocket.level_two.user)


def test_a_question_is_asked_from_the_ticket_and_shown_there(
    rocket: Cast, client: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/help/new/"
    assert "The ticket stays with its assignee" in client.get(url).content.decode()
    token = client.get(url).context["form"]["form_token"].value()
    given = {"group": group.pk, "question": "Is 4 GB enough?", "form_token": token}
    for _twice in range(2):
        assert client.post(url, given).status_code == 303
    with inside(rocket):
        assert HelpRequest.objects.count() == 1
    page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
    assert "Is 4 GB enough?" in page
    assert "Analyst asked Server team for help." in page
    assert "Waiting for an answer" in page
    panel = client.get(f"/rocket/agent/tickets/{ticket.number}/panel/", headers={"hx-request": "1"})
    assert "Is 4 GB enough?" in panel.content.decode()


def test_the_form_knows_the_ticket_s_defect_and_when_each_group_would_answer(
    rocket: Cast, client: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/help/new/"
    with inside(rocket):
        defect = report(rocket, ticket=ticket)
        make_group(rocket, name="Mobile team")
    page = client.get(url)
    assert page.context["form"]["defect"].value() == defect.key
    assert "Server team, answer due " in page.content.decode()
    assert '<option value="" selected>' in page.content.decode()
    given = {"group": group.pk, "question": "Why?", "defect": f"d{defect.number}"}
    assert client.post(url, given).status_code == 303
    with inside(rocket):
        assert HelpRequest.objects.get().defect_id == defect.pk


def test_from_a_defect_one_of_its_tickets_is_chosen(
    rocket: Cast, client: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    with inside(rocket):
        defect = report(rocket, ticket=ticket)
        other, unlinked = rocket.open_ticket(), rocket.open_ticket()
        link_ticket(
            defect_id=defect.pk, ticket_id=other.pk, agent=rocket.analyst, at=timezone.now()
        )
    page = client.get(f"/rocket/agent/defects/{defect.number}/").content.decode()
    url = f"/rocket/agent/tickets/{other.number}/help/new/?defect={defect.key}"
    assert url in page
    offered = client.get(url).content.decode().split('name="ticket"')[1].split("</select>")[0]
    shown = [f'value="{one.number}"' in offered for one in (other, ticket, unlinked)]
    assert shown == [True, True, False]
    given = {"group": group.pk, "question": "Why?", "ticket": unlinked.number}
    assert client.post(url, given).status_code == 422
    assert client.post(url, given | {"ticket": ticket.number}).status_code == 303
    with inside(rocket):
        assert HelpRequest.objects.get().ticket_id == ticket.pk


def test_a_defect_with_closed_tickets_only_can_be_asked_about(
    rocket: Cast, client: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    with inside(rocket):
        defect = report(rocket, ticket=ticket)
        by = Actor.of(rocket.analyst)
        close(ticket_id=ticket.pk, reason=CloseReason.SPAM, by=by, at=timezone.now())
    url = f"/rocket/agent/tickets/{ticket.number}/help/new/?defect={defect.key}"
    assert url in client.get(f"/rocket/agent/defects/{defect.number}/").content.decode()
    assert client.post(url, {"group": group.pk, "question": "Why?"}).status_code == 303


def test_an_unknown_defect_is_named_and_the_question_is_kept(
    client: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    url = f"/rocket/agent/tickets/{ticket.number}/help/new/"
    answer = client.post(url, {"group": group.pk, "question": "Why?", "defect": "RC-D99"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no defect RC-D99. Keys look like RC-D12." in page
    assert "Why?" in page


def test_the_queue_begins_with_the_questions_to_ones_own_groups(
    rocket: Cast, client: Client, member: Client, ticket: Ticket, asked: HelpRequest
) -> None:
    with inside(rocket):
        other = make_group(rocket, rocket.lead, name="Mobile team")
        ask(rocket, ticket, other, question="And on iOS?", at=timezone.now())
    page = member.get(QUEUE).content.decode()
    assert "Is 4 GB enough?" in page
    assert "And on iOS?" not in page
    assert "Requests for help" in page
    everything = member.get(f"{QUEUE}?group=all").content.decode()
    assert "And on iOS?" in everything
    mine = client.get(f"{QUEUE}?view=mine").content.decode()
    assert "Is 4 GB enough?" in mine
    assert "Is 4 GB enough?" not in member.get(f"{QUEUE}?view=ended").content.decode()
    assert member.get(f"{QUEUE}?group=x&view=y&after=z").status_code == 200


def test_the_sidebar_counts_open_questions_to_ones_groups(
    client: Client, member: Client, asked: HelpRequest
) -> None:
    def count(person: Client) -> str:
        page = person.get(QUEUE)
        (item,) = [
            item
            for section in page.context["agent_nav"]
            for item in section.entries
            if item.url == QUEUE
        ]
        return str(item.count)

    assert (count(member), count(client)) == ("1", "")


def test_a_long_queue_is_read_in_pages(
    rocket: Cast, member: Client, ticket: Ticket, group: EngineeringGroup
) -> None:
    now = timezone.now()
    with inside(rocket):
        for number in range(60):
            at = now - timedelta(minutes=number // 7)  # some are due at the same time
            ask(rocket, ticket, group, question=f"Question {number}.", at=at)
    seen, url = [], QUEUE
    while url:
        page = member.get(url)
        seen += [line.title for line in page.context["lines"]]
        url = page.context["pagination"].older_url
    assert len(seen) == len(set(seen)) == 60


def test_the_queue_costs_the_same_for_any_number_of_questions(
    rocket: Cast, member: Client, ticket: Ticket, group: EngineeringGroup, asked: HelpRequest
) -> None:
    before = count_statements(member, QUEUE)
    with inside(rocket):
        for _number in range(5):
            ask(rocket, ticket, group, at=timezone.now())
    assert count_statements(member, QUEUE) == before


def test_a_member_answers_and_the_ticket_has_a_note(
    rocket: Cast, member: Client, asked: HelpRequest, ticket: Ticket
) -> None:
    url = f"{QUEUE}{asked.pk}/"
    assert f"{url}answer/" in member.get(url).content.decode()
    answer = member.post(f"{url}answer/", {"outcome": "answered", "text": "8 GB are needed"})
    assert (answer.status_code, answer["location"]) == (303, url)
    page = member.get(url).content.decode()
    assert "8 GB are needed" in page
    assert f"{url}answer/" not in page
    with inside(rocket):
        assert Note.objects.get(ticket=ticket).body_text == "8 GB are needed"
    late = member.post(f"{url}answer/", {"outcome": "answered", "text": "Late"})
    assert late.status_code == 422
    assert "has already ended this request" in late.content.decode()


def test_an_answer_that_lacks_something_says_so_beside_the_field(
    member: Client, asked: HelpRequest
) -> None:
    url = f"{QUEUE}{asked.pk}/answer/"
    for given, text in [
        ({"outcome": "answered"}, "Write an answer first."),
        ({"outcome": "documented", "text": "See there"}, "Enter the link of the changed"),
        ({"outcome": "defect"}, "key, or the title of a new one"),
        ({"outcome": "documented", "url": "javascript:alert(1)"}, "Enter a valid URL."),
    ]:
        answer = member.post(url, given)
        assert answer.status_code == 422
        assert text in answer.content.decode()


def test_a_question_can_end_in_a_new_defect(
    rocket: Cast, member: Client, asked: HelpRequest
) -> None:
    given = {"outcome": "defect", "text": "It leaks", "title": "Leak in uploads"}
    assert member.post(f"{QUEUE}{asked.pk}/answer/", given).status_code == 303
    with inside(rocket):
        defect = Defect.objects.select_related("desk").get()
        assert (defect.title, defect.problem) == ("Leak in uploads", "It leaks")
    assert f"{defect.key} Leak in uploads" in member.get(f"{QUEUE}{asked.pk}/").content.decode()


def test_who_is_not_of_the_group_can_read_but_not_answer(
    rocket: Cast, sign_in: SignIn, asked: HelpRequest
) -> None:
    colleague = sign_in(rocket.colleague.user)
    page = colleague.get(f"{QUEUE}{asked.pk}/").content.decode()
    assert "Is 4 GB enough?" in page
    assert "/answer/" not in page
    answer = colleague.post(f"{QUEUE}{asked.pk}/answer/", {"outcome": "answered", "text": "Eh"})
    assert answer.status_code == 422
    assert "Only members of Server team" in answer.content.decode()


def test_the_one_who_asked_withdraws(client: Client, asked: HelpRequest) -> None:
    url = f"{QUEUE}{asked.pk}/withdrawal/"
    assert client.post(url, {"why": "Found it"}).status_code == 303
    assert "Withdrawn" in client.get(f"{QUEUE}{asked.pk}/").content.decode()

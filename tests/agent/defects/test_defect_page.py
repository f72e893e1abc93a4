"""The page of a defect: its texts, accounts, history, notes and followers."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import AgentDepartment, Department, Product, ProductLine, Visibility
from tests.agent.conftest import SignIn, count_statements
from tests.agent.defects.helpers import read, reload, url_of
from tests.cast import NOON, Cast
from tests.defects.helpers import LATER, move, release, report, tell
from tests.departments import close_department
from tickets.actors import Actor
from tickets.defects.creating import change_defect
from tickets.defects.followers.following import follow_defect
from tickets.defects.linking import link_ticket
from tickets.defects.moving import add_note
from tickets.models import (
    Defect,
    DefectEvent,
    DefectFollower,
    EngineeringGroup,
    GroupMember,
    HelpRequest,
    Notification,
    Ticket,
)
from tickets.services import close


def link(cast: Cast, defect: Defect, ticket: Ticket) -> None:
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=cast.analyst, at=NOON)


def test_it_says_what_is_known(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    release(in_rocket, defect, "9.1", url="https://get.example/9.1")
    page = read(as_analyst, url_of(defect))
    for text in (
        defect.key, "Crash on upload", "Uploads stop half way.", "Major", "Released",
        ticket.reference, ticket.subject, "acme.example Inc.", "Standard", "9.1",
        "https://get.example/9.1", "Level Two", "Support",
        f"Level Two reported the defect from {ticket.reference}.",
    ):  # fmt: skip
        assert text in page, text


def test_it_says_who_waits_for_a_release_and_offers_to_add_it(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    product = Product.objects.create(desk=in_rocket.desk, name="Server")
    given = {"desk": in_rocket.desk, "product": product}
    current, esr = (ProductLine.objects.create(name=name, **given) for name in ("7.x", "6.x"))
    Ticket.objects.filter(pk=ticket.pk).update(product_line=esr)
    assert "Why this rank" in read(as_analyst, url_of(defect))
    release(in_rocket, defect, "7.0.3", line=current)
    page, waits = read(as_analyst, url_of(defect)), "hears about the fix when 6.x has it."
    assert f"The customer of 1 ticket {waits}" in page
    assert "Why this rank" not in page
    [primary] = re.findall(r'button-primary"\s+href="([^"]+)"', page)
    assert primary == url_of(defect, "release/")
    release(in_rocket, defect, "6.13.2", line=esr)
    page = read(as_analyst, url_of(defect))
    assert waits not in page
    [primary] = re.findall(r'button-primary"\s+href="([^"]+)"', page)
    assert "stage=verified" in primary


def test_the_history_says_on_how_many_tickets_customers_were_told(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    link(in_rocket, defect, in_rocket.open_ticket(contact=in_rocket.elsewhere))
    tell(in_rocket)
    sentences = re.findall(r"Customers were told on .*?\.", read(as_analyst, url_of(defect)))
    assert sentences == ["Customers were told on 2 tickets."]
    move(in_rocket, defect, "in_progress", at=LATER + timedelta(minutes=1))
    assert len(re.findall("Customers were told", read(as_analyst, url_of(defect)))) == 1


def test_texts_are_escaped(in_rocket: Cast, as_analyst: Client, ticket: Ticket) -> None:
    bad = "<script>alert(1)</script>"
    defect = report(in_rocket, ticket, title=bad, problem=bad, plan_text=bad)
    add_note(defect_id=defect.pk, agent=in_rocket.analyst, text=bad, at=NOON)
    assert bad not in read(as_analyst, url_of(defect))


def test_the_next_stage_comes_first(as_analyst: Client, defect: Defect) -> None:
    page = read(as_analyst, url_of(defect))
    primary = page[page.index("button-primary") :][:600]
    assert "stage/?stage=confirmed" in primary
    assert "stage=duplicate" not in page


def test_other_stages_are_offered_once_in_groups(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    move(in_rocket, defect, "planned")
    menu = read(as_analyst, url_of(defect)).split("Move to another stage")[1].split("</details>")[0]
    found = [re.findall(r"stage=(\w+)|(release)/", part) for part in menu.split("menu-part")]
    assert [[stage or other for stage, other in group] for group in found] == [
        ["tested", "release", "verified"],
        ["reported", "confirmed"],
        ["not_a_defect", "wont_fix"],
    ]


def test_a_ticket_is_linked_by_its_number(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    other = in_rocket.open_ticket()
    assert "Link ticket" in read(as_analyst, url_of(defect))
    for given in (other.reference, f" {other.number} "):
        answer = as_analyst.post(url_of(defect, "tickets/"), {"ticket": given}, follow=True)
        assert "Linked." in answer.content.decode()
    assert defect.links.filter(ticket=other).count() == 1
    for given in ("", "9999", "RC-1 RC-2"):
        answer = as_analyst.post(url_of(defect, "tickets/"), {"ticket": given}, follow=True)
        assert "Enter the number of one ticket that you can open." in answer.content.decode()


def test_a_hidden_ticket_is_not_linked_by_its_number(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    other = in_rocket.open_ticket()
    kind = next(k for k, d in in_rocket.departments.items() if d.pk == other.department_id)
    close_department(in_rocket, kind, members=(in_rocket.level_two,))
    Ticket.objects.filter(pk=other.pk).update(assignee=None)
    answer = as_analyst.post(url_of(defect, "tickets/"), {"ticket": other.number}, follow=True)
    assert "Enter the number of one ticket" in answer.content.decode()
    assert not defect.links.filter(ticket=other).exists()


def test_a_planned_date_in_the_history_is_written_for_people(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    fields = {"planned_on": date(2026, 12, 10)}
    change_defect(defect_id=defect.pk, agent=in_rocket.level_two, fields=fields, at=NOON)
    page = read(as_analyst, url_of(defect))
    assert "from none to Thu, Dec 10, 2026" in page
    assert "2026-12-10" not in page


def test_a_duplicate_leads_to_its_original(in_rocket: Cast, as_analyst: Client) -> None:
    duplicate, original = report(in_rocket), report(in_rocket)
    Defect.objects.filter(pk=duplicate.pk).update(stage="duplicate", duplicate_of=original)
    page = read(as_analyst, url_of(duplicate))
    assert url_of(original) in page
    assert "merge/" not in page


def test_observers_read_and_follow_but_change_nothing(
    in_rocket: Cast, as_observer: Client, defect: Defect
) -> None:
    page = read(as_observer, url_of(defect))
    assert "Add note" not in page
    assert "edit/" not in page
    me = {"agent": in_rocket.observer.pk, "role": "executive"}
    assert as_observer.post(url_of(defect, "followers/"), me).status_code == 303
    assert DefectFollower.objects.get(agent=in_rocket.observer).role == "executive"
    other = {"agent": in_rocket.level_two.pk}
    as_observer.post(url_of(defect, "followers/removal/"), other)
    assert DefectFollower.objects.filter(agent=in_rocket.level_two).exists()
    me.pop("role")
    as_observer.post(url_of(defect, "followers/removal/"), me)
    assert not DefectFollower.objects.filter(agent=in_rocket.observer).exists()
    for path in ("notes/", "edit/", "stage/", "release/", "merge/", "publication/"):
        assert as_observer.post(url_of(defect, path), {}).status_code == 403


def test_a_note_is_added_and_links_what_it_mentions(
    in_rocket: Cast, as_analyst: Client, defect: Defect, ticket: Ticket
) -> None:
    other = report(in_rocket)
    text = f"As in {other.key} and {ticket.reference}, https://x.example/{other.key}"
    answer = as_analyst.post(url_of(defect, "notes/"), {"text": text})
    assert answer.status_code == 303
    page = read(as_analyst, url_of(defect))
    assert f'<a href="{url_of(other)}">{other.key}</a>' in page
    assert f'<a href="/rocket/agent/tickets/{ticket.number}/">{ticket.reference}</a>' in page
    assert f'href="https://x.example/{other.key}"' in page


def test_an_empty_note_is_refused_on_the_page(as_analyst: Client, defect: Defect) -> None:
    answer = as_analyst.post(url_of(defect, "notes/"), {"text": " "})
    assert answer.status_code == 422
    assert defect.title in answer.content.decode()
    assert not DefectEvent.objects.filter(kind="note").exists()


def test_followers_are_added_and_removed(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    given = {"agent": in_rocket.lead.pk, "role": "product"}
    as_analyst.post(url_of(defect, "followers/"), given)
    assert DefectFollower.objects.get(agent=in_rocket.lead).role == "product"
    assert "Lead" in read(as_analyst, url_of(defect))
    for wrong in ({"agent": 0, "role": "product"}, {"agent": in_rocket.lead.pk, "role": "boss"}):
        page = as_analyst.post(url_of(defect, "followers/"), wrong, follow=True)
        assert "Choose an agent of this desk and a role." in page.content.decode()
    as_analyst.post(url_of(defect, "followers/removal/"), {"agent": in_rocket.lead.pk})
    assert not DefectFollower.objects.filter(agent=in_rocket.lead).exists()
    page = as_analyst.post(url_of(defect, "followers/removal/"), {"agent": "x"}, follow=True)
    assert "Nothing was changed." in page.content.decode()


def test_a_foreign_agent_never_follows(
    in_rocket: Cast, matter: Cast, as_analyst: Client, defect: Defect
) -> None:
    given = {"agent": matter.analyst.pk, "role": "product"}
    as_analyst.post(url_of(defect, "followers/"), given)
    assert DefectFollower.objects.filter(defect=defect).count() == 1


def test_a_notification_leads_to_the_defect(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    me = in_rocket.analyst
    follow_defect(defect_id=defect.pk, agent=me, by=in_rocket.lead, role="product", at=NOON)
    notice = Notification.objects.get(agent=me)
    page = read(as_analyst, "/rocket/agent/notifications/")
    assert f"Lead added you as a follower of {defect.key}" in page
    answer = as_analyst.post(f"/rocket/agent/notifications/{notice.pk}/")
    assert answer.headers["Location"] == url_of(defect)


@pytest.fixture
def hidden(in_rocket: Cast, defect: Defect) -> Ticket:
    """A linked ticket of a members-only department that the colleague isn't a member of."""
    community = in_rocket.departments["community"]
    Department.objects.filter(pk=community.pk).update(visibility=Visibility.MEMBERS)
    AgentDepartment.objects.filter(agent=in_rocket.colleague, department=community).delete()
    ticket = in_rocket.open_ticket(subject="A hidden subject")
    link(in_rocket, defect, ticket)
    Ticket.objects.filter(pk=ticket.pk).update(department=community, assignee=None)
    return ticket


def test_hidden_tickets_are_counted_but_not_named(
    in_rocket: Cast, sign_in: SignIn, defect: Defect, hidden: Ticket, ticket: Ticket
) -> None:
    page = read(sign_in(in_rocket.colleague.user), url_of(defect))
    assert ticket.subject in page
    assert "A hidden subject" not in page
    assert hidden.reference not in page
    assert "1 more ticket is in a department" in page
    assert "Analyst linked a ticket." in page
    assert "A hidden subject" in read(sign_in(in_rocket.lead.user), url_of(defect))


def test_accounts_of_hidden_tickets_are_not_named(
    in_rocket: Cast, sign_in: SignIn, defect: Defect, hidden: Ticket
) -> None:
    Ticket.objects.filter(pk=hidden.pk).update(account=in_rocket.other_account)
    name = in_rocket.other_account.name
    assert name not in read(sign_in(in_rocket.colleague.user), url_of(defect))
    assert name in read(sign_in(in_rocket.lead.user), url_of(defect))


def test_many_tickets_are_shown_on_demand(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    for number in range(51):
        link(in_rocket, defect, in_rocket.open_ticket(subject=f"Subject {number}."))
    page = read(as_analyst, url_of(defect))
    assert "52 tickets" in page
    assert "Subject 0." not in page
    assert "Subject 0." in read(as_analyst, f"{url_of(defect)}?all=1")


def test_the_history_goes_on_on_another_page(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    for number in range(60):
        add_note(defect_id=defect.pk, agent=in_rocket.analyst, text=f"Note {number}.", at=NOON)
    page = read(as_analyst, url_of(defect))
    assert "Note 59." in page
    assert "Note 5." not in page
    oldest = DefectEvent.objects.filter(defect=defect).order_by("-pk")[49].pk
    assert f"?before={oldest}" in page
    assert "Note 5." in read(as_analyst, f"{url_of(defect)}?before={oldest}")


def test_the_number_of_statements_is_fixed(
    in_rocket: Cast, as_analyst: Client, defect: Defect
) -> None:
    few = count_statements(as_analyst, url_of(defect))
    for number in range(8):
        link(in_rocket, defect, in_rocket.open_ticket(contact=in_rocket.elsewhere))
        add_note(defect_id=defect.pk, agent=in_rocket.analyst, text=f"Note {number}", at=NOON)
    move(in_rocket, defect, "confirmed")
    assert count_statements(as_analyst, url_of(defect)) == few


def test_a_defect_that_does_not_exist_is_not_found(as_analyst: Client, defect: Defect) -> None:
    for number in (defect.number + 1, 10**18, 10**30):
        assert as_analyst.get(f"/rocket/agent/defects/{number}/").status_code == 404
    assert reload(defect).revision == 1


def test_help_is_asked_for_about_the_defect_and_found_again_on_its_page(
    in_rocket: Cast, as_analyst: Client, as_observer: Client, defect: Defect, ticket: Ticket
) -> None:
    group = EngineeringGroup.objects.create(desk=in_rocket.desk, name="Storage")
    GroupMember.objects.create(desk=in_rocket.desk, group=group, agent=in_rocket.level_two)
    assert defect.key in read(as_analyst, f"/rocket/agent/tickets/{ticket.number}/")
    [url] = re.findall(r'href="([^"]+/help/new/[^"]*)"', read(as_analyst, url_of(defect)))
    assert url.startswith(f"/rocket/agent/tickets/{ticket.number}/")
    assert f'value="{defect.key}"' in read(as_analyst, url)
    given = {"group": group.pk, "question": "Which queue?", "defect": defect.key}
    assert as_analyst.post(url, given).status_code == 303
    asked = HelpRequest.objects.get()
    assert asked.defect == defect
    page = read(as_analyst, url_of(defect))
    assert "Which queue?" in page
    assert f"/rocket/agent/help/{asked.pk}/" in page
    assert url_of(defect) in read(as_analyst, f"/rocket/agent/help/{asked.pk}/")
    assert "/help/new/" not in read(as_observer, url_of(defect))
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert url in read(as_analyst, url_of(defect))


def test_requests_for_help_on_hidden_tickets_are_not_shown(
    in_rocket: Cast, sign_in: SignIn, defect: Defect, hidden: Ticket
) -> None:
    group = EngineeringGroup.objects.create(desk=in_rocket.desk, name="Storage")
    HelpRequest.objects.create(
        desk=in_rocket.desk, ticket=hidden, defect=defect, group=group, question="A hidden one",
        asked_by=in_rocket.lead, asked_at=NOON, due_at=NOON,
    )  # fmt: skip
    assert "A hidden one" not in read(sign_in(in_rocket.colleague.user), url_of(defect))
    assert "A hidden one" in read(sign_in(in_rocket.lead.user), url_of(defect))

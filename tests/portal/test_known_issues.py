"""Known issues in the portal: what customers read, and "This affects us, too"."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.models import Contact, Plan, Product, ProductLine, User
from accounts.tenancy import desk_scope
from tests.agent.conftest import count_statements
from tests.cast import NOON, Cast
from tests.defects.helpers import list_told, move, release, report, tell
from tests.portal.conftest import user_of
from tickets.actors import Actor
from tickets.defects.creating import change_defect
from tickets.defects.linking import link_ticket
from tickets.defects.reporting import report_known_issue
from tickets.errors import ConflictError, NotAllowedError
from tickets.events import EventKind
from tickets.models import Defect, DefectEvent, DefectLink, StageSetting, Ticket, TicketEvent
from tickets.services import close

LIST = "/rocket/portal/known-issues/"
INTERNAL = {"title": "SECRET title", "problem": "SECRET", "steps": "SECRET", "changes": "SECRET"}
PUBLIC = {"public_title": "Uploads fail", "public_text": "Above 1 GB.", "workaround": "Split it."}


def publish(cast: Cast, **fields: Any) -> Defect:
    return report(cast, **{**INTERNAL, **PUBLIC, "is_published": True, **fields})


@pytest.fixture
def issue(in_rocket: Cast) -> Defect:
    server = Product.objects.create(desk=in_rocket.desk, name="Server")
    return publish(in_rocket, product=server)


def page_of(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_customers_read_the_public_words_and_nothing_else(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="planned", name="Scheduled with SET")
    fields = {"planned_version": "9.2"}
    change_defect(defect_id=issue.pk, agent=in_rocket.level_two, fields=fields, at=NOON)
    move(in_rocket, issue, "planned", why="SECRET")
    for page in (page_of(as_customer, LIST), page_of(as_customer, f"{LIST}{issue.number}/")):
        for words in ("Uploads fail", "Server", "Scheduled with SET", "Fix planned for 9.2."):
            assert words in page
        assert "SECRET" not in page
    assert "Above 1 GB." in page
    assert "Split it." in page


def test_customers_read_a_known_issue_in_their_language(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    texts = {"public_title": "Hochladen bricht ab"}
    Defect.objects.filter(pk=issue.pk).update(public_translations={"de": texts})
    user = user_of(in_rocket.customer)
    User.objects.filter(pk=user.pk).update(language="de")
    for page in (page_of(as_customer, LIST), page_of(as_customer, f"{LIST}{issue.number}/")):
        assert "Hochladen bricht ab" in page
        assert "Uploads fail" not in page
    assert "Above 1 GB." in page  # not translated
    link_ticket(
        defect_id=issue.pk,
        ticket_id=in_rocket.open_ticket().pk,
        agent=in_rocket.analyst,
        at=NOON,
    )
    tell(in_rocket)
    told = TicketEvent.objects.get(kind=EventKind.DEFECT_UPDATED)
    assert "Hochladen bricht ab" in told.data["text"]


def test_the_versions_with_the_fix_are_named_with_their_lines(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    line = ProductLine.objects.create(desk=in_rocket.desk, product=issue.product, name="ESR")
    release(in_rocket, issue, "8.4.2", line=line, url="https://get.example/8.4.2")
    page = page_of(as_customer, f"{LIST}{issue.number}/")
    assert "ESR" in page
    assert "8.4.2" in page
    assert 'href="https://get.example/8.4.2"' in page


def test_a_fix_that_was_set_back_has_no_versions(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    release(in_rocket, issue, "8.4.2")
    move(in_rocket, issue, "in_progress")
    assert "8.4.2" not in page_of(as_customer, f"{LIST}{issue.number}/")
    release(in_rocket, issue, "8.4.3")
    page = page_of(as_customer, f"{LIST}{issue.number}/")
    assert ("8.4.2" in page, "8.4.3" in page) == (False, True)


def test_the_menu_links_to_the_list_while_there_are_any(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    assert LIST in page_of(as_customer, "/rocket/portal/plans/")
    assert LIST not in page_of(Client(), "/rocket/portal/plans/")
    Defect.objects.update(is_published=False)
    assert LIST not in page_of(as_customer, "/rocket/portal/plans/")
    assert "No known issues" in page_of(as_customer, LIST)


def test_a_defect_that_is_not_published_or_of_another_desk_does_not_exist(
    in_rocket: Cast, matter: Cast, as_customer: Client, issue: Defect
) -> None:
    hidden = report(in_rocket, **INTERNAL)
    with desk_scope(matter.desk):
        for _ in range(3):
            foreign = publish(matter)
    for number in (hidden.number, foreign.number, 10**12):
        assert as_customer.get(f"{LIST}{number}/").status_code == 404
        assert as_customer.post(f"{LIST}{number}/reports/").status_code == 404
    assert "SECRET" not in page_of(as_customer, LIST)


def test_this_hits_us_too_links_an_open_request_once(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    ticket = in_rocket.open_ticket()
    page = page_of(as_customer, f"{LIST}{issue.number}/")
    assert f"{ticket.reference} The server does not start" in page
    for _ in range(2):
        answer = as_customer.post(f"{LIST}{issue.number}/reports/", {"request": ticket.number})
        assert answer.status_code == 303
        assert answer["Location"] == f"/rocket/portal/requests/{ticket.number}/"
    [link] = DefectLink.objects.all()
    assert (link.ticket, link.linked_by) == (ticket, None)
    [event] = DefectEvent.objects.filter(kind="linked")
    assert (event.actor_kind, event.data) == ("contact", {"ticket": ticket.number})
    assert "updates in" in page_of(as_customer, f"{LIST}{issue.number}/")
    tell(in_rocket)
    assert list_told(ticket) == ["reported"]


def test_no_request_is_chosen_beforehand_and_a_new_one_is_an_equal_choice(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    ticket = in_rocket.open_ticket()
    url = f"{LIST}{issue.number}/"
    page = page_of(as_customer, url)
    assert page.count('type="radio"') == 2
    assert f'<input type="radio" name="request" value="{ticket.number}" required>' in page
    assert as_customer.post(f"{url}reports/", {"request": ""}).status_code == 422
    answer = as_customer.post(f"{url}reports/", {"request": "new"})
    assert answer.status_code == 303
    assert answer["Location"] == f"/rocket/portal/requests/new/?issue={issue.number}"
    assert not DefectLink.objects.exists()


def test_a_customer_takes_back_a_report_made_by_mistake(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    ticket, url = in_rocket.open_ticket(), f"{LIST}{issue.number}/"
    as_customer.post(f"{url}reports/", {"request": ticket.number})
    page = page_of(as_customer, url)
    assert "This doesn't affect us" in page.replace("&#x27;", "'")
    answer = as_customer.post(f"{url}withdrawal/", {"request": ticket.number}, follow=True)
    assert f"{ticket.reference} isn&#x27;t linked" in answer.content.decode()
    assert not DefectLink.objects.exists()
    assert not Ticket.objects.get(pk=ticket.pk).has_defects
    [event] = DefectEvent.objects.filter(kind="unlinked")
    assert (event.actor_kind, event.data["ticket"]) == ("contact", ticket.number)
    tell(in_rocket)
    assert list_told(ticket) == []
    again = as_customer.post(f"{url}withdrawal/", {"request": ticket.number})
    assert again.status_code == 422


def test_what_an_agent_linked_is_not_the_customers_to_remove(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    ticket, url = in_rocket.open_ticket(), f"{LIST}{issue.number}/"
    link_ticket(defect_id=issue.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    page = page_of(as_customer, url)
    assert ticket.reference in page
    assert "withdrawal/" not in page
    answer = as_customer.post(f"{url}withdrawal/", {"request": ticket.number})
    assert answer.status_code == 422
    assert DefectLink.objects.exists()


def test_nobody_takes_back_the_report_of_another_account(
    in_rocket: Cast, matter: Cast, as_customer: Client, sign_in: Any, issue: Defect
) -> None:
    ticket = in_rocket.open_ticket(participants=[in_rocket.elsewhere])
    url = f"{LIST}{issue.number}/"
    as_customer.post(f"{url}reports/", {"request": ticket.number})
    follower = sign_in(user_of(in_rocket.elsewhere))
    page = page_of(follower, url)
    assert "withdrawal/" not in page
    assert "This affects us, too" in page  # it is another account's report
    assert follower.post(f"{url}withdrawal/", {"request": ticket.number}).status_code == 422
    unseen = in_rocket.open_ticket()
    assert follower.post(f"{url}withdrawal/", {"request": unseen.number}).status_code == 404
    stranger = sign_in(user_of(matter.customer))
    assert stranger.post(f"{url}withdrawal/", {"request": ticket.number}).status_code == 404
    assert DefectLink.objects.count() == 1


def test_a_reader_whose_open_request_is_linked_is_not_asked_again(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    ticket, _other = in_rocket.open_ticket(), in_rocket.open_ticket()
    url = f"{LIST}{issue.number}/"
    assert "This affects us, too" in page_of(as_customer, url)
    as_customer.post(f"{url}reports/", {"request": ticket.number})
    assert "This affects us, too" not in page_of(as_customer, url)
    close(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert "This affects us, too" in page_of(as_customer, url)


def test_a_new_request_about_the_issue_is_prefilled_and_linked(
    in_rocket: Cast, as_customer: Client, issue: Defect, request_form: Any
) -> None:
    url = f"/rocket/portal/requests/new/?issue={issue.number}"
    page = page_of(as_customer, url)
    assert 'value="Uploads fail"' in page
    answer = as_customer.post(url, request_form(product=issue.product_id))
    assert answer.status_code == 303
    ticket = Ticket.objects.get()
    assert DefectLink.objects.get().ticket == ticket
    assert Ticket.objects.get().has_defects
    as_customer.post(url, request_form(product=issue.product_id))
    assert DefectLink.objects.count() == 1


def test_a_request_about_an_issue_that_is_not_published_is_only_a_request(
    in_rocket: Cast, as_customer: Client, request_form: Any
) -> None:
    hidden = report(in_rocket, **INTERNAL)
    url = f"/rocket/portal/requests/new/?issue={hidden.number}"
    assert "SECRET" not in page_of(as_customer, url)
    assert as_customer.post(url, request_form()).status_code == 303
    assert not DefectLink.objects.exists()


def test_nobody_reports_with_a_ticket_of_another_account(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    foreign = in_rocket.open_ticket(contact=in_rocket.elsewhere)
    followed = in_rocket.open_ticket(contact=in_rocket.elsewhere, participants=[in_rocket.customer])
    url = f"{LIST}{issue.number}/reports/"
    assert as_customer.post(url, {"request": foreign.number}).status_code == 404
    assert as_customer.post(url, {"request": followed.number}).status_code == 422
    assert as_customer.post(url).status_code == 422
    assert followed.reference not in page_of(as_customer, f"{LIST}{issue.number}/")
    assert not DefectLink.objects.exists()


def test_nobody_reports_with_a_closed_or_unverified_ticket(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    closed = in_rocket.open_ticket()
    close(ticket_id=closed.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    unverified = in_rocket.open_ticket(is_unverified=True)
    url = f"{LIST}{issue.number}/reports/"
    answer = as_customer.post(url, {"request": closed.number})
    assert answer.status_code == 422
    assert "Choose one of your open requests" in answer.content.decode()
    assert as_customer.post(url, {"request": unverified.number}).status_code == 404
    page = page_of(as_customer, f"{LIST}{issue.number}/")
    assert closed.reference not in page
    assert unverified.reference not in page
    assert not DefectLink.objects.exists()


def test_an_issue_that_is_withdrawn_during_the_report_is_not_shown_again(
    in_rocket: Cast, as_customer: Client, issue: Defect, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticket = in_rocket.open_ticket()

    def withdraw_first(**given: Any) -> Any:
        Defect.objects.update(is_published=False)
        return report_known_issue(**given)

    monkeypatch.setattr("helpdesk.portal.views.known_issues.report_known_issue", withdraw_first)
    answer = as_customer.post(f"{LIST}{issue.number}/reports/", {"request": ticket.number})
    assert answer.status_code == 404
    assert "Uploads fail" not in answer.content.decode()
    assert not DefectLink.objects.exists()


def test_people_who_may_not_open_requests_may_not_report(
    in_rocket: Cast, sign_in: Any, issue: Defect
) -> None:
    Plan.objects.filter(pk=in_rocket.plan.pk).update(only_points_of_contact=True)
    Contact.objects.filter(pk=in_rocket.customer.pk).update(role="contact")
    ticket = in_rocket.open_ticket()
    client = sign_in(user_of(in_rocket.customer))
    page = page_of(client, f"{LIST}{issue.number}/")
    assert "points of contact" in page
    assert "This affects us, too" not in page
    answer = client.post(f"{LIST}{issue.number}/reports/", {"request": ticket.number})
    assert answer.status_code == 422
    contact = Contact.objects.get(pk=in_rocket.customer.pk)
    with pytest.raises(NotAllowedError):
        report_known_issue(contact=contact, ticket_id=ticket.pk, defect_id=issue.pk, at=NOON)


def test_an_issue_that_was_withdrawn_in_the_meantime_is_not_linked(
    in_rocket: Cast, issue: Defect
) -> None:
    ticket = in_rocket.open_ticket()
    Defect.objects.update(is_published=False)
    with pytest.raises(ConflictError):
        report_known_issue(
            contact=in_rocket.customer, ticket_id=ticket.pk, defect_id=issue.pk, at=NOON
        )


def test_visitors_sign_in_first_and_agents_have_no_such_page(
    in_rocket: Cast, sign_in: Any, issue: Defect
) -> None:
    assert Client().get(LIST)["Location"].startswith("/rocket/login/")
    agent = sign_in(in_rocket.analyst.user)
    assert agent.get(f"{LIST}{issue.number}/").status_code == 404


def test_the_request_says_where_the_fix_stands_and_shows_the_updates(
    in_rocket: Cast, as_customer: Client
) -> None:
    ticket = in_rocket.open_ticket()
    defect = report(in_rocket, **INTERNAL, planned_version="9.2", plan_text="We rewrite it.")
    move(in_rocket, defect, "planned", why="SECRET")
    url = f"/rocket/portal/requests/{ticket.number}/"
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    assert "Fix planned" not in page_of(as_customer, url)  # nobody was told yet
    tell(in_rocket)
    page = page_of(as_customer, url)
    assert "Fix planned for 9.2." in page
    assert 'aria-label="Update from Rocket"' in page
    assert "We rewrite it." in page
    assert "SECRET" not in page
    release(in_rocket, defect, "9.2")
    tell(in_rocket)
    assert "Fixed in version 9.2." in page_of(as_customer, url)


def test_a_stage_that_customers_are_not_told_of_is_not_on_the_request(
    in_rocket: Cast, as_customer: Client
) -> None:
    StageSetting.objects.create(desk=in_rocket.desk, stage="reported", tells_customers=False)
    ticket = in_rocket.open_ticket()
    report(in_rocket, ticket)
    tell(in_rocket)
    page = page_of(as_customer, f"/rocket/portal/requests/{ticket.number}/")
    assert "Update from" not in page
    assert "problem in the product" not in page


def test_the_number_of_statements_of_the_list_is_fixed(
    in_rocket: Cast, as_customer: Client, issue: Defect
) -> None:
    few = count_statements(as_customer, LIST)
    for number in range(8):
        product = Product.objects.create(desk=in_rocket.desk, name=f"Product {number}")
        publish(in_rocket, product=product)
    assert count_statements(as_customer, LIST) == few

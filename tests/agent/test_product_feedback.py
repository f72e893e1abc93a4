"""The questions on the closing form, and the lists that they feed (M64)."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AgentDepartment, Department, Visibility
from tests.agent.conftest import SignIn, inside
from tests.cast import NOON, Cast
from tickets.defects.creating import create_defect
from tickets.improvements.linking import request_improvement
from tickets.models import (
    Defect,
    DefectLink,
    Improvement,
    ImprovementKind,
    ImprovementLink,
    State,
    Ticket,
    TicketEvent,
)

LISTS = "/rocket/agent/feedback/"


def get_url(ticket: Ticket, part: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{part}"


def ask(cast: Cast, ticket: Ticket, title: str, kind: str = "feature") -> Improvement:
    with inside(cast):
        return request_improvement(
            ticket_id=ticket.pk, kind=kind, title=title, agent=cast.analyst, at=NOON
        )


def test_closing_asks_three_questions_and_all_may_stay_empty(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    page = client.get(get_url(ticket, "closure/")).content.decode()
    for question in ("Does documentation need", "Is it a bug?", "Is a feature missing?"):
        assert question in page
    client.post(get_url(ticket, "closure/"), {"reason": "solved"})
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).status == State.CLOSED
        assert not Improvement.objects.exists()


def test_the_closing_page_suggests_what_most_tickets_ask_for_and_reads_no_tickets(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        again = rocket.open_ticket()
    for one, title in ((ticket, "Asked twice"), (again, "Asked once"), (again, "Asked twice")):
        ask(rocket, one, title)
    with CaptureQueriesContext(connection) as statements:
        page = client.get(get_url(ticket, "closure/")).content.decode()
    assert page.index('value="Asked twice"') < page.index('value="Asked once"')
    reading = [one["sql"] for one in statements if "tickets_improvementlink" in one["sql"]]
    assert reading
    assert not [sql for sql in reading if '"tickets_ticket"' in sql]


def test_the_answers_are_stored_with_the_closing(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    given = {
        "reason": "solved",
        "documentation": "  Explain   the upgrade order ",
        "bug": "Search forgets umlauts",
        "feature": "Dark mode",
    }
    client.post(get_url(ticket, "closure/"), given)
    with inside(rocket):
        titles = {one.kind: one.title for one in Improvement.objects.all()}
        assert titles == {"documentation": "Explain the upgrade order", "feature": "Dark mode"}
        assert ImprovementLink.objects.filter(ticket=ticket).count() == 2
        assert DefectLink.objects.get(ticket=ticket).defect.title == "Search forgets umlauts"
        kinds = TicketEvent.objects.filter(ticket=ticket).values_list("kind", flat=True)
        assert list(kinds).count("improvement.requested") == 2


def test_a_known_defect_and_a_known_request_are_linked_instead_of_created(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        other = rocket.open_ticket(contact=rocket.elsewhere)
        known = create_defect(
            desk=rocket.desk, agent=rocket.analyst, fields={"title": "Crash"}, at=NOON
        )
    entry = ask(rocket, other, "Dark mode")
    page = client.get(get_url(ticket, "feedback/")).content.decode()
    assert f"{known.key} Crash" in page
    assert 'value="Dark mode"' in page
    given = {"bug": f"{known.key} Crash", "feature": "DARK MODE"}
    client.post(get_url(ticket, "feedback/"), given)
    client.post(get_url(ticket, "feedback/"), given)  # a double click
    with inside(rocket):
        assert Defect.objects.get() == known
        assert known.links.get().ticket == ticket
        assert Improvement.objects.get() == entry
        assert entry.links.count() == 2


def test_an_unknown_key_closes_nothing_and_keeps_the_input(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    given = {"reason": "solved", "bug": "RC-D99", "feature": "Dark <b>mode</b>"}
    answer = client.post(get_url(ticket, "closure/"), given)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "There is no defect with this key." in page
    assert "Dark &lt;b&gt;mode&lt;/b&gt;" in page
    with inside(rocket):
        assert Ticket.objects.get(pk=ticket.pk).status != State.CLOSED
        assert not Improvement.objects.exists()


def test_a_closed_ticket_can_be_added_and_taken_off_later(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    client.post(get_url(ticket, "closure/"), {"reason": "solved"})
    client.post(get_url(ticket, "feedback/"), {"documentation": "Limits"})
    with inside(rocket):
        entry = Improvement.objects.get()
    assert "Limits" in client.get(get_url(ticket, "feedback/")).content.decode()
    for _double_click in range(2):
        client.post(get_url(ticket, f"feedback/{entry.pk}/removal/"))
    with inside(rocket):
        assert not ImprovementLink.objects.exists()
        assert Improvement.objects.get() == entry


def test_the_list_is_ranked_by_accounts_then_tickets(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        again, third = rocket.open_ticket(), rocket.open_ticket()
        theirs = rocket.open_ticket(contact=rocket.elsewhere)
    for one in (ticket, again, third):
        ask(rocket, one, "From one account")
    for one in (ticket, theirs):
        ask(rocket, one, "From two accounts")
    page = client.get(LISTS, {"list": "feature"}).content.decode()
    assert page.index("From two accounts") < page.index("From one account")
    assert "2 accounts · 2 tickets" in page
    assert rocket.other_account.name in page
    file = client.get(f"{LISTS}export/", {"list": "feature"}).content.decode("utf-8-sig")
    assert file.splitlines()[1].startswith("feature,,From two accounts,open,2,2,")
    answer = client.get("/rocket/api/v1/feedback/", {"list": "feature"}).json()
    counts = [(one["title"], one["accounts"], one["tickets"]) for one in answer["results"]]
    assert counts == [("From two accounts", 2, 2), ("From one account", 1, 3)]
    assert client.get("/rocket/api/v1/feedback/", {"list": "nothing"}).status_code == 400


def test_the_list_of_bugs_has_the_defects_with_tickets(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    given: dict[str, Any] = {"desk": rocket.desk, "agent": rocket.analyst, "at": NOON}
    with inside(rocket):
        create_defect(**given, fields={"title": "With a ticket"}, ticket_id=ticket.pk)
        create_defect(**given, fields={"title": "Without one"})
    page = client.get(LISTS, {"list": "bugs"}).content.decode()
    assert "With a ticket" in page
    assert "Without one" not in page
    done = client.get(LISTS, {"list": "bugs", "status": "done"}).content.decode()
    assert "With a ticket" not in done
    [found] = client.get("/rocket/api/v1/feedback/", {"list": "bugs"}).json()["results"]
    assert (found["title"], found["status"]) == ("With a ticket", "open")


def test_an_entry_is_decided_renamed_and_merged(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        other = rocket.open_ticket(contact=rocket.elsewhere)
    first, second = ask(rocket, ticket, "Dark mode"), ask(rocket, other, "Night colors")
    ask(rocket, other, "Dark mode")
    page = f"{LISTS}{second.pk}/"
    taken = client.post(page, {"title": "dark MODE", "status": "open"})
    assert taken.status_code == 422
    client.post(page, {"title": "Night theme", "status": "declined"})
    assert "Night theme" not in client.get(LISTS, {"list": "feature"}).content.decode()
    assert client.post(f"{page}merge/", {"into": "Nothing like it"}).status_code == 422
    client.post(f"{page}merge/", {"into": "dark mode"})
    with inside(rocket):
        assert first.links.count() == 2
        assert not second.links.exists()
        changed = TicketEvent.objects.filter(ticket=other, kind="improvement.changed")
        assert [set(one.data) - {"improvement", "list"} for one in changed.order_by("pk")] == [
            {"status", "is_renamed"},
            {"merged"},
        ]
    assert client.get(page).status_code == 404
    assert ask(rocket, ticket, "Night theme") == first  # the merged title finds it


def test_a_cursor_reaches_all_entries_with_the_same_number_of_accounts(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    for title in ("Dark mode", "Light mode", "Sepia"):
        ask(rocket, ticket, title)
    url, found = "/rocket/api/v1/feedback/?list=feature&limit=1", []
    while url:
        page = client.get(url).json()
        found += [one["title"] for one in page["results"]]
        url = page["next"]
    assert sorted(found) == ["Dark mode", "Light mode", "Sepia"]


def test_nobody_overwrites_what_a_colleague_decided_meanwhile(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    entry = ask(rocket, ticket, "Dark mode")
    page = f"{LISTS}{entry.pk}/"
    shown = client.get(page).context["form"].initial
    client.post(page, {**shown, "status": "done"})
    late = client.post(page, {**shown, "title": "Dark theme"})
    assert late.status_code == 422
    assert "changed while you were editing" in late.content.decode()
    assert 'value="Dark theme"' in late.content.decode()
    with inside(rocket):
        entry.refresh_from_db()
    assert (entry.title, entry.status) == ("Dark mode", "done")
    again = {**shown, "title": "Dark theme", "version": late.context["form"]["version"].value()}
    client.post(page, again)
    with inside(rocket):
        entry.refresh_from_db()
    assert (entry.title, entry.status) == ("Dark theme", "open")


def test_accounts_of_tickets_that_an_agent_cannot_see_are_not_named(
    rocket: Cast, client: Client, sign_in: SignIn, ticket: Ticket
) -> None:
    ask(rocket, ticket, "Dark mode")
    with inside(rocket):
        department = rocket.departments["community"]
        Department.objects.filter(pk=department.pk).update(visibility=Visibility.MEMBERS)
        AgentDepartment.objects.filter(agent=rocket.colleague).delete()
        Ticket.objects.filter(pk=ticket.pk).update(department=department, assignee=None)
    other = sign_in(rocket.colleague.user)
    page = other.get(LISTS, {"list": "feature"}).content.decode()
    assert "1 account · 1 ticket" in page
    assert rocket.account.name not in page


def test_another_desk_and_observers_change_nothing(
    rocket: Cast, matter: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    entry = ask(rocket, ticket, "Dark mode")
    given = {"title": "Taken over", "status": "done", "into": "Dark mode"}
    outsider, observer = sign_in(matter.admin.user), sign_in(rocket.observer.user)
    for part in ("", "merge/"):
        assert outsider.post(f"{LISTS}{entry.pk}/{part}", given).status_code in {302, 404}
        theirs = f"/matter/agent/feedback/{entry.pk}/{part}"
        assert outsider.post(theirs, given).status_code == 404
        assert observer.post(f"{LISTS}{entry.pk}/{part}", given).status_code == 403
    assert "Dark mode" in observer.get(f"{LISTS}{entry.pk}/").content.decode()
    assert outsider.get("/matter/agent/feedback/?list=feature").content.count(b"Dark mode") == 0
    with inside(rocket):
        entry.refresh_from_db()
        assert (entry.title, entry.kind) == ("Dark mode", ImprovementKind.FEATURE)

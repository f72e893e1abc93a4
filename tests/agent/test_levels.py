"""Pages about levels: escalation with a record, giving back, the record, emergencies."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Contact
from tests.agent.conftest import SignIn
from tests.cast import NOON, Cast
from tickets.actors import Actor
from tickets.models import Emergency, State, Ticket, TroubleshootingRecord
from tickets.services import EmergencyReport, escalate, report_emergency, save_record

ESCALATION = {"expected": "l1", "record_version": "0", "cause": "cannot_reproduce", "why": "Odd"}


@pytest.fixture
def as_analyst(in_rocket: Cast, sign_in: SignIn) -> Client:
    return sign_in(in_rocket.analyst.user)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket()


def url_of(ticket: Ticket, page: str = "") -> str:
    return f"/rocket/agent/tickets/{ticket.number}/{page}"


def text_of(client: Client, url: str) -> str:
    return client.get(url).content.decode()


def test_an_escalation_saves_what_was_gathered(as_analyst: Client, ticket: Ticket) -> None:
    page = text_of(as_analyst, url_of(ticket, "escalation/"))
    assert "Escalate to Level 2" in page
    assert "Problem in your own words" in page
    answer = as_analyst.post(
        url_of(ticket, "escalation/"), ESCALATION | {"problem": "It hangs", "reproduced": "yes"}
    )
    assert answer.status_code == 303
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.level, found.status) == ("l2", State.ESCALATED)
    record = TroubleshootingRecord.objects.get()
    assert (record.problem, record.reproduced, record.agent.name) == ("It hangs", "yes", "Analyst")
    page = text_of(as_analyst, url_of(ticket))
    assert "It hangs" in page
    assert "Version 1 by Analyst" in page


def test_an_escalation_starts_with_the_likely_reason(
    as_analyst: Client, in_rocket: Cast, ticket: Ticket
) -> None:
    def find_chosen() -> list[str]:
        page = text_of(as_analyst, url_of(ticket, "escalation/"))
        return re.findall(r'name="cause"[^>]*value="(\w+)"[^>]*checked', page)

    assert find_chosen() == ["cannot_reproduce"]
    fields = {"reproduced": "yes"}
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields=fields, at=NOON)
    assert find_chosen() == ["defect"]


@pytest.mark.parametrize("wrong", ["cause", "why", "record_version"])
def test_an_escalation_needs_its_reason_and_keeps_the_record_that_was_typed(
    as_analyst: Client, ticket: Ticket, wrong: str
) -> None:
    given = ESCALATION | {"problem": "It hangs in the morning"}
    answer = as_analyst.post(url_of(ticket, "escalation/"), given | {wrong: ""})
    assert answer.status_code == 422
    assert "It hangs in the morning" in answer.content.decode()
    assert Ticket.objects.get(pk=ticket.pk).level == "l1"


def test_a_form_that_was_open_twice_escalates_once(as_analyst: Client, ticket: Ticket) -> None:
    for status in (303, 422):
        answer = as_analyst.post(url_of(ticket, "escalation/"), ESCALATION)
        assert answer.status_code == status
    assert Ticket.objects.get(pk=ticket.pk).level == "l2"
    assert "moved to Level 2 in the meantime" in answer.content.decode()


def test_a_defect_for_engineering_names_what_is_missing_and_goes_on_with_a_reason(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    defect = ESCALATION | {"expected": "l2", "cause": "defect", "problem": "It hangs"}
    answer = as_analyst.post(url_of(ticket, "escalation/"), defect)
    assert answer.status_code == 422
    assert "say above why it&#x27;s missing" in answer.content.decode()
    assert not TroubleshootingRecord.objects.exists()
    answer = as_analyst.post(
        url_of(ticket, "escalation/"), defect | {"incomplete": "The customer is offline"}
    )
    assert answer.status_code == 303
    assert Ticket.objects.get(pk=ticket.pk).level == "rnd"
    page = text_of(as_analyst, url_of(ticket, "history/"))
    assert "The customer is offline" in page


def test_a_ticket_at_the_last_level_has_no_escalation(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    for _ in range(2):
        escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert url_of(ticket, "escalation/") not in text_of(as_analyst, url_of(ticket))
    assert as_analyst.get(url_of(ticket, "escalation/")).status_code == 303


def test_a_ticket_is_given_back_on_its_own_page(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    back = url_of(ticket, "return/")
    assert back not in text_of(as_analyst, url_of(ticket))
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert back in text_of(as_analyst, url_of(ticket))
    given = {"expected": "l2", "level": "l1", "why": "A setting"}
    assert as_analyst.post(back, given | {"why": ""}).status_code == 422
    assert as_analyst.post(back, given | {"level": "rnd"}).status_code == 422
    assert as_analyst.post(back, given).status_code == 303
    found = Ticket.objects.get(pk=ticket.pk)
    assert (found.level, found.status) == ("l1", State.INVESTIGATING)


def test_the_desks_names_of_levels_are_on_every_page(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    in_rocket.desk.level_words = {"l1": "First line", "l2": "Sustained Engineering"}
    in_rocket.desk.save()
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    for page in ("", "history/", "return/"):
        text = text_of(as_analyst, url_of(ticket, page))
        assert "Level 1" not in text
        assert "Level 2" not in text
        assert "First line" in text  # where the analyst works, in the menu
    assert "Sustained Engineering" in text_of(as_analyst, url_of(ticket))


def test_the_record_has_a_page_with_its_versions(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    page = url_of(ticket, "troubleshooting/")
    assert as_analyst.post(page, {"record_version": "0", "since": "May"}).status_code == 303
    assert as_analyst.post(page, {"record_version": "1", "since": "June"}).status_code == 303
    stale = as_analyst.post(page, {"record_version": "1", "since": "July"})
    assert stale.status_code == 422
    assert "July" in stale.content.decode()
    text = text_of(as_analyst, page)
    assert text.index("Version 2 by Analyst") < text.index("Version 1 by Analyst")
    too_long = as_analyst.post(page, {"record_version": "2", "since": "x" * 251})
    assert too_long.status_code == 422
    assert TroubleshootingRecord.objects.count() == 2


def test_an_observer_reads_the_record_only(
    in_rocket: Cast, sign_in: SignIn, ticket: Ticket
) -> None:
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields={"since": "May"}, at=NOON)
    observer, page = sign_in(in_rocket.observer.user), url_of(ticket, "troubleshooting/")
    text = text_of(observer, page)
    assert "May" in text
    assert "Save record" not in text
    assert observer.post(page, {"record_version": "1", "since": "June"}).status_code == 403


def test_an_agent_marks_and_decides_an_emergency_with_the_customers_text(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    in_rocket.desk.translations = {"de": {"emergency_texts": {"courtesy": "Ausnahmsweise."}}}
    in_rocket.desk.save()
    Contact.objects.filter(pk=ticket.contact_id).update(language="de")
    given = {"impact": "All users are locked out", "reachable": "Ana", "phone": "+1 555 0100"}
    assert as_analyst.post(url_of(ticket, "emergency/new/"), given).status_code == 303
    page = text_of(as_analyst, url_of(ticket))
    assert "All users are locked out" in page
    assert "Emergencies aren&#x27;t included in Standard." in page
    decision = text_of(as_analyst, url_of(ticket, "emergency/"))
    assert "Ausnahmsweise." in decision  # the only way to accept what the plan doesn't cover
    assert "outcome=accepted" not in decision
    answer = as_analyst.post(url_of(ticket, "emergency/?outcome=courtesy"), {"text": "Wir helfen."})
    assert answer.status_code == 303
    assert Emergency.objects.get().state == "courtesy"
    assert ticket.messages.last().body_text == "Wir helfen."
    page = text_of(as_analyst, url_of(ticket))
    assert "Reported by an agent" in page  # not by who decided
    assert url_of(ticket, "emergency/?") not in page


def test_a_downgrade_offers_lower_priorities_only(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    report = EmergencyReport("Down")
    report_emergency(ticket_id=ticket.pk, by=in_rocket.analyst, report=report, at=NOON)
    page = url_of(ticket, "emergency/?outcome=downgraded")
    answer: Any = as_analyst.get(page)
    offered = [str(each) for each in answer.context["form"].fields["priority"].queryset]
    assert offered == ["Low"]
    high = {"text": "Sorry", "priority": in_rocket.priorities["High"].pk}
    assert as_analyst.post(page, high).status_code == 422
    low = {"text": "Sorry", "priority": in_rocket.priorities["Low"].pk}
    assert as_analyst.post(page, low).status_code == 303
    assert Ticket.objects.get(pk=ticket.pk).priority.name == "Low"


def list_numbers(client: Client, **query: Any) -> list[str]:
    found: Any = client.get("/rocket/agent/", query)
    return [row.number for row in found.context["rows"]]


def test_each_level_has_a_queue_that_departments_narrow(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    in_rocket.desk.level_words = {"l2": "Sustained Engineering"}
    in_rocket.desk.save()
    other = in_rocket.open_ticket()
    escalate(ticket_id=ticket.pk, by=Actor.of(in_rocket.analyst), at=NOON)
    assert list_numbers(as_analyst, view="l2") == [ticket.reference]
    assert list_numbers(as_analyst, view="l1") == [other.reference]
    assert list_numbers(as_analyst, level="l2") == [ticket.reference]
    paid, trials = (in_rocket.departments[kind].pk for kind in ("paid", "trials"))
    assert list_numbers(as_analyst, view="l2", department=paid) == [ticket.reference]
    assert list_numbers(as_analyst, view="l2", department=trials) == []
    assert list_numbers(as_analyst, view=paid, level="l2") == [ticket.reference]
    page = text_of(as_analyst, "/rocket/agent/?view=l2")
    assert "Sustained Engineering" in page
    assert "Level 2" not in page
    assert as_analyst.get("/rocket/agent/?view=l9").status_code == 404


def test_engineering_is_sorted_by_severity_and_then_by_due_time(
    in_rocket: Cast, as_analyst: Client
) -> None:
    names = ["Low", "Medium", "High", "High"]
    by = Actor.of(in_rocket.level_two)
    opened = []
    for minutes, name in enumerate(names):
        at = NOON + timedelta(minutes=minutes)
        opened.append(in_rocket.open_ticket(priority=in_rocket.priorities[name], at=at))
        for _ in range(2):
            escalate(ticket_id=opened[-1].pk, by=by, at=at)
    low, medium, first, second = (ticket.reference for ticket in opened)
    assert list_numbers(as_analyst, view="rnd") == [first, second, medium, low]
    assert list_numbers(as_analyst, view="rnd", sort="newest") == [second, first, medium, low]


def test_a_queue_marks_emergencies_in_words_until_they_are_downgraded(
    in_rocket: Cast, as_analyst: Client, ticket: Ticket
) -> None:
    queue = "/rocket/agent/"
    assert "ticket-emergency" not in text_of(as_analyst, queue)
    report = EmergencyReport("Nobody can log in", "Ana", "+55 51 3333 0000")
    report_emergency(ticket_id=ticket.pk, by=in_rocket.analyst, report=report, at=timezone.now())
    row = text_of(as_analyst, queue).split("ticket-emergency")[1].split("</span>")[0]
    assert "Emergency" in row
    Emergency.objects.update(state="downgraded")
    assert "ticket-emergency" not in text_of(as_analyst, queue)

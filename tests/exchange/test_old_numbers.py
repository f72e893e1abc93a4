"""Old numbers: shown on the imported ticket and found by the search, by those who may see it."""

from __future__ import annotations

from collections.abc import Callable

from django.test import Client

from accounts.models import Department, User, Visibility
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.exchange.helpers import import_lines
from tests.exchange.test_importing import PEOPLE, TICKET
from tickets.models import Ticket
from tickets.search.find import search_for_agent


def test_the_ticket_shows_its_old_number(rocket: Cast, sign_in: Callable[[User], Client]) -> None:
    with desk_scope(rocket.desk):
        import_lines(rocket, TICKET, *PEOPLE)
        number = Ticket.objects.get().number
    page = sign_in(rocket.analyst.user).get(f"/rocket/agent/tickets/{number}/")
    assert "Imported from old, number ZD-4711" in page.content.decode()


def test_only_those_who_may_see_it_find_it(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        department = Department.objects.create(
            desk=rocket.desk, name="Board", kind="other", visibility=Visibility.MEMBERS
        )
        run = TICKET | {"department": "Board"}
        import_lines(rocket, run, *PEOPLE)
        ticket = Ticket.objects.get()
        assert ticket.department == department
        assert search_for_agent(rocket.lead, "zd-4711").ids == [ticket.pk]
        assert search_for_agent(rocket.analyst, "zd-4711").ids == []
    with desk_scope(matter.desk):
        assert search_for_agent(matter.lead, "zd-4711").ids == []

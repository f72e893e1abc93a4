"""Similar tickets: those that share words with a ticket's subject, seen by who may see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import User
from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.departments import close_department
from tickets.models import Ticket
from tickets.search.similar import find_similar, list_words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SUBJECT = "Re: LDAP sync stops after the upgrade"


def open_tickets(cast: Cast, *subjects: str) -> list[Ticket]:
    with desk_scope(cast.desk):
        return [cast.open_ticket(subject=subject) for subject in subjects]


def find(cast: Cast, ticket: Ticket) -> list[str]:
    with desk_scope(cast.desk):
        return [row.subject for row in find_similar(ticket, cast.analyst, limit=3)]


def test_tickets_that_share_two_words_are_found_and_the_most_similar_comes_first(
    rocket: Cast,
) -> None:
    ticket, *_others = open_tickets(
        rocket,
        SUBJECT,
        "Sync of LDAP groups stops since the upgrade",
        "Upgrade of the license stops nothing",
        "Printer upgrade",
        "Video calls",
    )
    assert find(rocket, ticket) == [
        "Sync of LDAP groups stops since the upgrade",
        "Upgrade of the license stops nothing",
    ]


@pytest.mark.parametrize("subject", ["🙂", "", "a b c", "or", '"', "-sync", "x" * 249])
def test_a_subject_without_telling_words_finds_nothing_and_fails_nowhere(
    rocket: Cast, subject: str
) -> None:
    [ticket, _other] = open_tickets(rocket, subject, "Nothing else")
    assert find(rocket, ticket) == []


def test_the_longest_words_count_without_reply_prefixes() -> None:
    assert list_words(SUBJECT) == ["upgrade", "stops", "after", "ldap", "sync"]


def test_hidden_tickets_and_those_of_other_desks_are_not_found(
    rocket: Cast, matter: Cast, sign_in: SignIn
) -> None:
    [ticket] = open_tickets(rocket, SUBJECT)
    open_tickets(matter, SUBJECT)
    trials = close_department(rocket, "trials", members=(rocket.analyst,))
    [hidden] = open_tickets(rocket, "LDAP sync is secret")
    with desk_scope(rocket.desk):
        Ticket.objects.filter(pk=hidden.pk).update(department=trials)
    url = f"/rocket/agent/tickets/{ticket.number}/similar/"
    mine = sign_in(rocket.analyst.user).get(url, headers={"HX-Request": "true"})
    theirs = sign_in(rocket.level_two.user).get(url)
    assert "LDAP sync is secret" in mine.content.decode()
    assert "No tickets have a similar subject." in theirs.content.decode()
    assert sign_in(matter.analyst.user).get(url).status_code == 404

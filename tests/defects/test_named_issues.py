"""The first update on a ticket names the known issue, so that its reader knows which fix it is."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.cast import NOON, Cast
from tests.defects.helpers import deliver, move, release, report, tell
from tickets.defects.linking import link_ticket
from tickets.defects.updates.preview import preview_move
from tickets.events import EventKind
from tickets.models import Defect, Ticket

TITLE = "Uploads can stop halfway"
INTRO = f"This is about a known issue: {TITLE}"


def link(cast: Cast, defect: Defect, ticket: Ticket) -> None:
    link_ticket(defect_id=defect.pk, ticket_id=ticket.pk, agent=cast.analyst, at=NOON)


def list_texts(ticket: Ticket) -> list[str]:
    told = ticket.events.filter(kind=EventKind.DEFECT_UPDATED).order_by("pk")
    return [event.data["text"] for event in told]


@pytest.fixture
def defect(in_rocket: Cast) -> Defect:
    return report(in_rocket, is_published=True, public_title=TITLE)


def test_only_the_first_update_names_the_known_issue(in_rocket: Cast, defect: Defect) -> None:
    early, late = in_rocket.open_ticket(), in_rocket.open_ticket(contact=in_rocket.elsewhere)
    link(in_rocket, defect, early)
    tell(in_rocket)
    move(in_rocket, defect, "in_progress")
    tell(in_rocket)
    release(in_rocket, defect)
    link(in_rocket, defect, late)
    shown = preview_move(Defect.objects.get(pk=defect.pk), "released").texts
    assert sorted(text.text.startswith(INTRO) for text in shown) == [False, True]
    tell(in_rocket)
    assert [text.startswith(INTRO) for text in list_texts(early)] == [True, False, False]
    [text] = list_texts(late)
    assert text.startswith(f"{INTRO}\n\nThe fix is released in version 9.1.")
    assert text in deliver(in_rocket)[-1].body_text


def test_a_person_who_has_these_words_already_is_not_emailed_for_the_title(
    in_rocket: Cast, defect: Defect
) -> None:
    early, late = in_rocket.open_ticket(), in_rocket.open_ticket()
    link(in_rocket, defect, early)
    tell(in_rocket)
    release(in_rocket, defect)
    tell(in_rocket)
    before = len(deliver(in_rocket))
    link(in_rocket, defect, late)
    tell(in_rocket)
    assert list_texts(late)[-1].startswith(INTRO)
    assert len(deliver(in_rocket)) == before


def test_a_defect_that_is_not_published_is_named_to_nobody(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    report(in_rocket, ticket, public_title=TITLE)
    tell(in_rocket)
    assert TITLE not in list_texts(ticket)[0]


def test_the_request_in_the_portal_links_to_the_known_issue(
    in_rocket: Cast, defect: Defect, sign_in: Callable[[User], Client]
) -> None:
    ticket, as_customer = in_rocket.open_ticket(), sign_in(in_rocket.customer.user)
    link(in_rocket, defect, ticket)
    tell(in_rocket)
    page = as_customer.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    url = reverse("portal:known_issue", args=[defect.number])
    assert f'<a href="{url}">{TITLE}</a>' in page
    Defect.objects.filter(pk=defect.pk).update(is_published=False)
    page = as_customer.get(reverse("portal:ticket", args=[ticket.number])).content.decode()
    assert url not in page

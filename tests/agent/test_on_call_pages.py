"""On-call rotas: who is on call, the drawn weeks, and swaps between agents."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from helpdesk.agent.schedules.rotas import COLORS
from routing.models import OnCallSwap, OnCallTurn
from tests.agent.conftest import SignIn, count_statements, inside
from tests.cast import Cast
from tests.staff import add_absence, add_turn, make_rota
from tickets.models import Notification

ON_CALL = "/rocket/agent/on-call/"
NOW = datetime.now(UTC).replace(microsecond=0)
WEEK = timedelta(days=7)


@pytest.fixture
def turns(rocket: Cast) -> list[OnCallTurn]:
    """The analyst is on call now, the colleague next week, level two after that."""
    with inside(rocket):
        rota = make_rota(rocket, rocket.analyst, rocket.colleague)
        people = (rocket.analyst, rocket.colleague, rocket.level_two)
        start = NOW - timedelta(days=1)
        return [add_turn(rota, agent, start + place * WEEK) for place, agent in enumerate(people)]


def read(client: Client) -> str:
    answer = client.get(ON_CALL)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_page_shows_who_is_on_call_now_and_next(
    rocket: Cast, client: Client, turns: list[OnCallTurn]
) -> None:
    page = read(client)
    assert "Analyst is on call until" in page
    assert page.count("Offer this turn") == 1
    assert page.index("Analyst</span>") < page.index("Colleague</span>")
    assert 'class="day-part" data-kind="turn-1"' in page
    assert '<span class="turn-mark" data-turn="1" aria-hidden="true">C</span>' in page
    assert "Change rota" not in page


def test_no_color_of_a_person_is_one_that_means_a_state() -> None:
    """The fourth of a rota was drawn in the red of an error."""
    css = (Path(settings.BASE_DIR) / "helpdesk/static/css/schedule.css").read_text()
    turns = re.findall(r"--turn: ([^;]+);", css)
    assert len(set(turns)) == COLORS
    hues = [float(hue) for turn in turns for hue in re.findall(r" ([\d.]+)\)", turn)]
    states = (25, 66, 152)  # red, amber, green
    assert all(abs(hue - state) > 20 for hue in hues for state in states)


def test_a_turn_of_someone_on_leave_is_marked(
    rocket: Cast, client: Client, turns: list[OnCallTurn]
) -> None:
    with inside(rocket):
        add_absence(rocket.colleague, turns[1].start_at + timedelta(days=1))
    assert read(client).count("Absent during this turn") == 1


def test_an_agent_asks_for_a_swap_and_the_other_accepts(
    rocket: Cast, client: Client, sign_in: SignIn, turns: list[OnCallTurn]
) -> None:
    mine, theirs, _ = turns
    form = {"offered_to": rocket.colleague.pk, "in_return": theirs.pk}
    answer = client.post(f"{ON_CALL}{mine.pk}/swap/", form)
    assert (answer.status_code, answer["Location"]) == (303, ON_CALL)
    assert "You asked Colleague to take" in read(client)
    with inside(rocket):
        swap = OnCallSwap.objects.get()
        note = Notification.objects.get(agent=rocket.colleague)
    other = sign_in(rocket.colleague.user)
    opened = other.post(f"/rocket/agent/notifications/{note.pk}/")
    assert (opened.status_code, opened["Location"]) == (303, ON_CALL)
    assert "Analyst asks you to take" in read(other)
    other.post(f"{ON_CALL}swaps/{swap.pk}/", {"decision": "accept"})
    with inside(rocket):
        agents = [turn.agent for turn in OnCallTurn.objects.select_related("agent")]
    assert agents == [rocket.colleague, rocket.analyst, rocket.level_two]
    assert "Swapped with Analyst" in read(client)


@pytest.mark.parametrize(
    ("decision", "state"),
    [("decline", "declined"), ("", "offered"), ("withdraw", "offered"), ("burn", "offered")],
)
def test_the_agent_who_is_asked_can_accept_or_decline(
    rocket: Cast,
    client: Client,
    sign_in: SignIn,
    turns: list[OnCallTurn],
    decision: str,
    state: str,
) -> None:
    client.post(f"{ON_CALL}{turns[0].pk}/swap/", {"offered_to": rocket.colleague.pk})
    with inside(rocket):
        swap = OnCallSwap.objects.get()
    other = sign_in(rocket.colleague.user)
    assert other.post(f"{ON_CALL}swaps/{swap.pk}/", {"decision": decision}).status_code == 303
    with inside(rocket):
        swap.refresh_from_db()
    assert swap.state == state


def test_an_offer_is_withdrawn_by_who_made_it(
    rocket: Cast, client: Client, turns: list[OnCallTurn]
) -> None:
    client.post(f"{ON_CALL}{turns[0].pk}/swap/", {"offered_to": rocket.colleague.pk})
    with inside(rocket):
        swap = OnCallSwap.objects.get()
    client.post(f"{ON_CALL}swaps/{swap.pk}/", {"decision": "withdraw"})
    with inside(rocket):
        swap.refresh_from_db()
    assert swap.state == "withdrawn"


def test_impossible_swaps_keep_the_form(
    rocket: Cast, client: Client, turns: list[OnCallTurn]
) -> None:
    mine, theirs, third = turns
    url = f"{ON_CALL}{mine.pk}/swap/"
    for form in (
        {"offered_to": rocket.analyst.pk},
        {"offered_to": rocket.observer.pk},
        {"offered_to": rocket.colleague.pk, "in_return": third.pk},
    ):
        assert client.post(url, form).status_code == 422
    assert client.get(f"{ON_CALL}{theirs.pk}/swap/").status_code == 403
    with inside(rocket):
        assert not OnCallSwap.objects.exists()


def test_turns_and_swaps_of_another_desk_do_not_exist(
    rocket: Cast, matter: Cast, client: Client, turns: list[OnCallTurn]
) -> None:
    with inside(matter):
        rota = make_rota(matter, matter.analyst)
        turn = add_turn(rota, matter.analyst, NOW)
        swap = OnCallSwap.objects.create(
            desk=matter.desk,
            turn=turn,
            offered_by=matter.analyst,
            offered_to=matter.colleague,
            offered_at=NOW,
        )
    assert client.get(f"{ON_CALL}{turn.pk}/swap/").status_code == 404
    assert client.post(f"{ON_CALL}swaps/{swap.pk}/").status_code == 404


def test_the_page_takes_as_many_statements_for_many_turns(
    rocket: Cast, client: Client, turns: list[OnCallTurn]
) -> None:
    few = count_statements(client, ON_CALL)
    with inside(rocket):
        rota = make_rota(rocket, rocket.analyst, level="l2")
        for place in range(5):
            add_turn(rota, rocket.analyst, NOW + place * WEEK)
    assert count_statements(client, ON_CALL) == few


def test_without_rotas_the_page_says_so(client: Client) -> None:
    assert "No on-call rotas" in read(client)

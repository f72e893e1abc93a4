"""Who is told after a merge, a new link or a step back: once, and what is true."""

from __future__ import annotations

import pytest

from tests.cast import NOON, Cast
from tests.defects.helpers import list_told, move, release, report, tell
from tickets.defects.linking import link_ticket, unlink_ticket
from tickets.defects.merging import merge_defect
from tickets.models import Defect, DefectUpdate, Ticket


@pytest.fixture
def pair(in_rocket: Cast) -> tuple[Ticket, Ticket]:
    """Two tickets of one customer."""
    return in_rocket.open_ticket(), in_rocket.open_ticket()


def merge(cast: Cast, defect: Defect, into: Defect) -> None:
    merge_defect(defect_id=defect.pk, into_id=into.pk, agent=cast.level_two, at=NOON)
    tell(cast)


def list_read(person: int) -> list[str]:
    """Return the stages that a person was emailed about, in order."""
    read = DefectUpdate.objects.filter(contacts__contains=[person]).order_by("pk")
    return list(read.values_list("stage", flat=True))


def test_a_person_with_a_ticket_of_each_merged_defect_reads_the_same_words_once(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    duplicate, original = report(in_rocket, pair[0]), report(in_rocket)
    move(in_rocket, duplicate, "confirmed")
    tell(in_rocket)
    move(in_rocket, original, "confirmed")
    link_ticket(defect_id=original.pk, ticket_id=pair[1].pk, agent=in_rocket.analyst, at=NOON)
    merge(in_rocket, duplicate, original)  # before the sweep told of the new link
    assert list_read(in_rocket.customer.pk) == ["confirmed"]
    assert [list_told(ticket) for ticket in pair] == [["confirmed"], ["confirmed"]]
    move(in_rocket, original, "in_progress")
    tell(in_rocket)
    assert list_read(in_rocket.customer.pk) == ["confirmed", "in_progress"]


def test_a_merge_into_a_defect_that_is_less_far_is_no_step_back(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    duplicate, original = report(in_rocket, pair[0]), report(in_rocket)
    move(in_rocket, duplicate, "in_progress")
    tell(in_rocket)
    merge(in_rocket, duplicate, original)
    for stage in ("confirmed", "planned", "in_progress", "tested"):
        move(in_rocket, original, stage)
        tell(in_rocket)
    assert list_told(pair[0]) == ["in_progress", "tested"]
    assert "finished after all" not in "".join(DefectUpdate.objects.values_list("text", flat=True))


def test_who_was_told_of_a_fix_hears_once_that_it_is_not_done(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    duplicate, original = report(in_rocket), report(in_rocket)
    for ticket in pair:
        link_ticket(defect_id=duplicate.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    release(in_rocket, duplicate)
    tell(in_rocket)
    move(in_rocket, original, "confirmed")
    merge(in_rocket, duplicate, original)
    assert list_read(in_rocket.customer.pk) == ["released", "confirmed"]
    texts = set(DefectUpdate.objects.filter(stage="confirmed").values_list("text", flat=True))
    assert len(texts) == 1
    assert "isn't finished after all" in texts.pop()


def test_a_chain_of_merges_tells_of_no_stage_twice(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    first, second, third = report(in_rocket, pair[0]), report(in_rocket, pair[1]), report(in_rocket)
    for defect in (first, second, third):
        move(in_rocket, defect, "confirmed")
    tell(in_rocket)
    merge(in_rocket, first, second)
    merge(in_rocket, second, third)
    tell(in_rocket)
    assert [list_told(ticket) for ticket in pair] == [["confirmed"], ["confirmed"]]
    assert set(third.duplicates.all()) == {first, second}
    release(in_rocket, third)
    tell(in_rocket)
    assert list_read(in_rocket.customer.pk) == ["confirmed", "confirmed", "released"]


def test_a_ticket_linked_to_both_hears_once(in_rocket: Cast, pair: tuple[Ticket, Ticket]) -> None:
    duplicate, original = report(in_rocket, pair[0]), report(in_rocket, pair[0])
    tell(in_rocket)
    merge(in_rocket, duplicate, original)
    move(in_rocket, original, "confirmed")
    tell(in_rocket)
    assert list_told(pair[0]) == ["reported", "reported", "confirmed"]
    assert original.links.count() == 1


def test_a_link_that_was_removed_and_made_again_tells_nothing_twice(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    defect, [ticket, _] = report(in_rocket, pair[0]), pair
    tell(in_rocket)
    given = {"defect_id": defect.pk, "ticket_id": ticket.pk, "agent": in_rocket.analyst}
    for stage in ("", "confirmed", "released"):
        unlink_ticket(**given, why="A mistake", at=NOON)
        if stage == "released":
            release(in_rocket, defect)
        elif stage:
            move(in_rocket, defect, stage)
        tell(in_rocket)
        link_ticket(**given, at=NOON)
        tell(in_rocket)
    assert list_told(ticket) == ["reported", "confirmed", "released"]


def test_a_stage_that_was_set_back_and_reached_again_is_told_again_as_it_is_true(
    in_rocket: Cast, pair: tuple[Ticket, Ticket]
) -> None:
    defect = report(in_rocket, pair[0])
    for stage in ("tested", "in_progress", "tested"):
        move(in_rocket, defect, stage)
        tell(in_rocket)
    link_ticket(defect_id=defect.pk, ticket_id=pair[1].pk, agent=in_rocket.analyst, at=NOON)
    tell(in_rocket)
    assert list_told(pair[0]) == ["tested", "in_progress", "tested"]
    assert list_read(in_rocket.customer.pk) == ["tested", "in_progress", "tested"]

"""Defects that share words with a ticket are suggested, and all are found by words and key."""

from __future__ import annotations

import pytest
from django.db import connection

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.defects.helpers import report
from tickets.defects.creating import change_defect
from tickets.defects.linking import link_ticket
from tickets.defects.search.documents import (
    mark_outdated,
    refresh_all_documents,
    refresh_documents,
    search_defects,
)
from tickets.defects.search.suggestions import (
    Suggestion,
    is_telling,
    list_terms,
    suggest_defects,
)
from tickets.models import Defect, DefectDocument, Ticket
from tickets.search.words import prepare, read_words
from tickets.services.troubleshooting import save_record
from tickets.tasks import refresh_defect_search


def suggest(cast: Cast, ticket: Ticket) -> list[Suggestion]:
    return suggest_defects(ticket, agent=cast.analyst)


@pytest.fixture
def ticket(in_rocket: Cast) -> Ticket:
    return in_rocket.open_ticket(
        subject="Upload of large videos fails", text="Every upload stops with ERR-4711 in Firefox."
    )


def test_the_words_that_both_have_are_named_and_marked(in_rocket: Cast, ticket: Ticket) -> None:
    report(in_rocket, title="Login page is slow", problem="The login takes a minute.")
    same = report(
        in_rocket,
        title="Uploads break: ERR-4711",
        problem="Since 9.1, the upload of videos fails half way.",
    )
    [found] = suggest(in_rocket, ticket)
    assert found.defect == same
    assert {"upload", "videos", "fails", "err"} - {"err"} <= set(found.words)
    assert [segment.text for segment in found.text if segment.is_hit] == [
        "upload", "videos", "fails",
    ]  # fmt: skip


def test_rare_words_count_more_than_common_ones(in_rocket: Cast, ticket: Ticket) -> None:
    for number in range(5):
        report(in_rocket, title=f"Upload fails at night {number}")
    rare = report(in_rocket, title="Videos in Firefox")
    assert suggest(in_rocket, ticket)[0].defect == rare


def test_the_record_counts_too(in_rocket: Cast, ticket: Ticket) -> None:
    same = report(in_rocket, title="Blobstore quota is wrong")
    assert suggest(in_rocket, ticket) == []
    fields = {"problem": "The blobstore reports a full quota."}
    save_record(ticket_id=ticket.pk, agent=in_rocket.analyst, fields=fields, at=NOON)
    assert [found.defect for found in suggest(in_rocket, ticket)] == [same]


def test_linked_and_ended_defects_are_not_suggested(in_rocket: Cast, ticket: Ticket) -> None:
    linked = report(in_rocket, title="Upload of videos")
    ended = report(in_rocket, title="Upload of videos fails")
    Defect.objects.filter(pk=ended.pk).update(stage="wont_fix")
    link_ticket(defect_id=linked.pk, ticket_id=ticket.pk, agent=in_rocket.analyst, at=NOON)
    assert suggest(in_rocket, ticket) == []


def test_small_words_and_numbers_say_nothing(in_rocket: Cast) -> None:
    report(in_rocket, title="They were here with this before")
    ticket = in_rocket.open_ticket(subject="Before, they were with this", text="12 2026")
    assert suggest(in_rocket, ticket) == []
    words = read_words(prepare("the 2026 v9 größer mit Über video"))
    assert [word.text for word in words if is_telling(word)] == ["v9", "grosser", "video"]


def test_a_very_long_ticket_is_read_up_to_a_limit() -> None:
    assert len(list_terms([" ".join(f"word{n}" for n in range(500))])) == 60


def test_quotes_and_operators_in_a_ticket_are_words(in_rocket: Cast) -> None:
    report(in_rocket, title="Quotes break the parser")
    ticket = in_rocket.open_ticket(subject="Parser's quotes' | & !: <-> \\ break'", text="x")
    assert len(suggest(in_rocket, ticket)) == 1


def test_defects_are_found_by_words_and_key(in_rocket: Cast) -> None:
    defect = report(in_rocket, title="Crash on upload", steps="Open the editor")
    agent = in_rocket.analyst
    for words in ("crash", "upload editor", defect.key, defect.key.lower(), "edito"):
        assert search_defects(agent, words) == [defect.pk], words
    assert search_defects(agent, "crash nothing") == []
    assert search_defects(agent, "  ") == []


def test_a_changed_text_is_found_at_once_and_the_old_one_is_not(in_rocket: Cast) -> None:
    defect = report(in_rocket, title="Crash on upload")
    fields = {"title": "Stutter on download"}
    change_defect(defect_id=defect.pk, agent=in_rocket.analyst, fields=fields, at=NOON)
    assert search_defects(in_rocket.analyst, "stutter") == [defect.pk]
    assert search_defects(in_rocket.analyst, "crash") == []


def test_a_text_that_changes_elsewhere_marks_the_document(in_rocket: Cast) -> None:
    defect = report(in_rocket, title="Crash on upload")
    assert not DefectDocument.objects.get().is_stale
    Defect.objects.filter(pk=defect.pk).update(title="Erased")
    assert DefectDocument.objects.get().is_stale
    assert refresh_defect_search() == 1
    assert search_defects(in_rocket.analyst, "erased") == [defect.pk]
    assert refresh_documents(desk_id=in_rocket.desk.pk) == 0
    Defect.objects.filter(pk=defect.pk).update(title="Erased again")
    refresh_all_documents(in_rocket.desk.pk)
    assert search_defects(in_rocket.analyst, "again") == [defect.pk]


def test_documents_of_another_version_are_written_again(in_rocket: Cast) -> None:
    report(in_rocket)
    assert mark_outdated(in_rocket.desk.pk) == 0
    DefectDocument.objects.update(version=1)
    assert mark_outdated(in_rocket.desk.pk) == 1
    assert refresh_documents(desk_id=in_rocket.desk.pk) == 1


def test_the_functions_answer_for_the_entered_desk_only(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        report(rocket, title="Upload of videos fails")
        ticket = rocket.open_ticket(subject="Upload of videos")
        assert len(suggest(rocket, ticket)) == 1
    with desk_scope(matter.desk), connection.cursor() as cursor:
        assert search_defects(rocket.analyst, "upload") == []
        cursor.execute(
            "SELECT * FROM suggest_defects(%s, %s, %s, %s, 1, 5)",
            [rocket.desk.pk, ["upload"], [f"{rocket.desk.pk:x}@upload"], ["reported"]],
        )
        assert cursor.fetchall() == []

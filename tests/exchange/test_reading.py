"""Reading of files to import: staged in order, previewed, with bad lines reported (M38)."""

from __future__ import annotations

import io
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tests.exchange.helpers import list_problems, pack, run_all, upload, write_lines
from tickets.errors import ConflictError, InvalidValueError
from tickets.exchange import runs, staging
from tickets.exchange.runs import cancel_run, create_run, delete_leftovers, start_run
from tickets.exchange.source_file import UnreadableError
from tickets.exchange.staging import open_source, read_slices
from tickets.models import ImportRecord, ImportRun, ImportState, Ticket

TICKET = {"kind": "ticket", "id": 12, "state": "Solved", "priority": "urgent", "contact": 3}
LATER = NOON + runs.KEPT + runs.ABANDONED


def test_records_are_staged_in_the_order_of_the_import_and_counted(in_rocket: Cast) -> None:
    lines = write_lines(
        {"kind": "message", "id": 1, "ticket": 9, "text": "Hello", "contact": 3},
        TICKET | {"follow_up_of": 9, "fields": {"os": "Linux"}},
        {"kind": "ticket", "id": 9, "state": "solved"},
        {"kind": "contact", "id": 3, "email": "jane@acme.example"},
        {"kind": "agent", "id": 5, "name": "Ana"},
    )
    run = run_all(in_rocket, upload(in_rocket, lines))
    assert run.state == ImportState.PREVIEWED
    staged = ImportRecord.objects.filter(run=run).order_by("phase", "key", "pk")
    assert [(each.kind, each.source_id) for each in staged] == [
        ("agent", "5"), ("contact", "3"), ("message", "1"), ("ticket", "9"), ("ticket", "12"),
        ("link", "12"),
    ]  # fmt: skip
    assert run.preview["counts"] == {"agent": 1, "contact": 1, "message": 1, "ticket": 2}
    assert run.preview["states"] == [["Solved", 1], ["solved", 1]]
    assert run.preview["priorities"] == [["urgent", 1]]
    assert run.preview["fields"] == [["os", 1]]
    assert run.preview["agents"] == [["5", "Ana", ""]]
    assert [each["id"] for each in run.preview["tickets"]] == ["9", "12"]
    assert not Ticket.objects.exists()


def test_a_large_file_is_read_in_slices_and_a_second_worker_reads_nothing_twice(
    in_rocket: Cast,
) -> None:
    lines = write_lines(*({"kind": "tag", "id": n, "name": f"t{n}"} for n in range(5)))
    run = upload(in_rocket, lines)
    assert [read_slices(run.pk, limit=2, seconds=0) for _ in range(4)] == [2, 2, 1, 0]
    assert ImportRecord.objects.filter(run=run).count() == 5
    assert ImportRun.objects.get(pk=run.pk).was_read == 5


def test_slices_go_on_from_one_opening_until_another_worker_has_the_run(
    in_rocket: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = write_lines(*({"kind": "tag", "id": n, "name": f"t{n}"} for n in range(7)))
    run, second = upload(in_rocket, lines), upload(in_rocket, lines)
    with CaptureQueriesContext(connection) as queries:
        assert read_slices(run.pk, limit=2) == 7
    assert sum("FOR UPDATE" in each["sql"] for each in queries) == 4
    kept = list(ImportRecord.objects.filter(run=run).order_by("pk"))
    assert [each.source_id for each in kept] == [str(n) for n in range(7)]

    def open_late(*args: object) -> object:
        if not ImportRecord.objects.filter(run=second).exists():
            monkeypatch.undo()
            assert read_slices(second.pk, limit=3, seconds=0) == 3
        return open_source(second)

    monkeypatch.setattr(staging, "open_source", open_late)
    assert read_slices(second.pk) == 0  # the other one was faster
    assert ImportRun.objects.get(pk=second.pk).was_read == 3


def test_bad_lines_are_reported_and_the_others_read(in_rocket: Cast) -> None:
    nested: list = []
    for _ in range(50):
        nested = [nested]
    lines = write_lines(
        "{", "[1]", "null", '{"kind": "tag", "id": NaN, "name": "x"}', "\x00", '{"kind": 1e999}',
        "[" * 100_000, '{"kind": "tag", "id": %s}' % ("9" * 5000),
        {"kind": "rocket", "id": 1}, {"kind": "tag", "id": [1]}, {"kind": "tag", "id": "x" * 191},
        {"kind": "message", "id": 2}, {"kind": "tag", "id": 3, "name": nested},
        {"kind": "tag", "id": "a\x00b\ud800", "name": "with \x00 in it", "more": {"\x00": [1]}},
        "",
    )  # fmt: skip
    run = run_all(in_rocket, upload(in_rocket, lines))
    assert [code for _, _, code in list_problems(run)] == [
        "not_json", "not_an_object", "not_an_object", "not_json", "unknown_kind", "not_json",
        "not_json", "unknown_kind", "no_id", "no_id", "no_ticket", "too_deep",
    ]  # fmt: skip
    assert [each.source_id for each in ImportRecord.objects.filter(run=run)] == ["NaN", "ab"]
    assert ImportRecord.objects.get(source_id="ab").data["name"] == "with  in it"


def test_an_archive_is_read_and_a_bomb_or_damaged_one_refused(in_rocket: Cast) -> None:
    run = run_all(in_rocket, upload(in_rocket, pack(write_lines(TICKET))))
    assert run.preview["counts"] == {"ticket": 1}
    bomb = io.BytesIO()
    with ZipFile(bomb, "w", ZIP_DEFLATED) as archive:
        archive.writestr("records.ndjson", b" " * 20_000_000)
    for content in (bomb.getvalue(), b"PK\x03\x04 and no zip"):
        with pytest.raises(UnreadableError):
            upload(in_rocket, content)
    empty = io.BytesIO()
    with ZipFile(empty, "w") as archive:
        archive.writestr("other.txt", "x")
    run = run_all(in_rocket, upload(in_rocket, empty.getvalue()))
    assert (run.state, run.error) == (ImportState.FAILED, "The archive has no records.ndjson.")


def test_it_starts_once_and_one_at_a_time(in_rocket: Cast) -> None:
    first, second = (run_all(in_rocket, upload(in_rocket, write_lines(TICKET))) for _ in range(2))
    same = ImportRun.objects.get(pk=first.pk)
    start_run(first, {}, by=in_rocket.admin, at=NOON)
    for run in (same, second):
        with pytest.raises(ConflictError):
            start_run(run, {}, by=in_rocket.admin, at=NOON)
    for wrong in ({"states": {"x": "gone"}}, {"nonsense": 1}, {"priorities": {"x": 10**9}},
                  {"agents": {"1": True}}, {"states": []}, {"start_clocks": "yes"}):  # fmt: skip
        with pytest.raises(InvalidValueError):
            start_run(second, wrong, by=in_rocket.admin, at=NOON)
    with pytest.raises(InvalidValueError):
        create_run(
            desk=in_rocket.desk, file=io.BytesIO(), file_name="x", reader="nonsense", at=NOON
        )


def test_what_is_left_of_an_ended_import_is_deleted(in_rocket: Cast) -> None:
    run = run_all(in_rocket, upload(in_rocket, write_lines(TICKET)))
    name = run.file.name
    assert not delete_leftovers(desk_id=in_rocket.desk.pk, at=NOON)
    cancel_run(run, by=in_rocket.admin, at=NOON)
    with pytest.raises(ConflictError):
        cancel_run(run, by=in_rocket.admin, at=NOON)
    while delete_leftovers(desk_id=in_rocket.desk.pk, at=NOON):
        pass
    assert not ImportRecord.objects.exists()
    assert not default_storage.exists(name)
    assert ImportRun.objects.filter(pk=run.pk, file="").exists()
    while delete_leftovers(desk_id=in_rocket.desk.pk, at=LATER):
        pass
    assert not ImportRun.objects.exists()


def test_a_run_that_nobody_finishes_is_canceled(in_rocket: Cast) -> None:
    run = upload(in_rocket, write_lines(TICKET))
    while delete_leftovers(desk_id=in_rocket.desk.pk, at=NOON + runs.ABANDONED * 2):
        pass
    run.refresh_from_db()
    assert run.state == ImportState.CANCELED


def test_another_desk_neither_sees_nor_names_it(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        run = run_all(rocket, upload(rocket, write_lines(TICKET)))
    with desk_scope(matter.desk):
        assert not ImportRun.objects.exists()
        assert not ImportRecord.objects.exists()
        with pytest.raises(ConflictError):
            start_run(run, {}, by=matter.admin, at=NOON)
    with desk_scope(rocket.desk), pytest.raises(InvalidValueError):
        start_run(run, {"agents": {"1": matter.analyst.pk}}, by=rocket.admin, at=NOON)

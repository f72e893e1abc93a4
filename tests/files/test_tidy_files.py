"""Files of no row are deleted after a day, rows without a file are reported; in small steps."""

from __future__ import annotations

import io
import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage, storages
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from pytest_django.fixtures import Settings

from accounts.models import Desk, ErasedDesk
from accounts.tenancy import desk_scope, system_scope
from helpdesk import tasks
from helpdesk.doctor import files as doctor
from helpdesk.files import rounds
from helpdesk.files.tidying import find_other_owner
from tests.bucket import BucketServer
from tests.cast import Cast
from tickets.attachments.files import NewFile, attach_files
from tickets.models import Attachment, Draft, Message
from tickets.replies.unsent_files import store_unsent

UNKNOWN = 987_654  # no desk


@pytest.fixture
def on_disk(db: None, settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "files"
    cache.clear()
    return tmp_path / "files"


@pytest.fixture
def named(on_disk: Path, rocket: Cast, matter: Cast) -> list[str]:
    """Files of both desks that rows name in each way: attachment, preview, draft and logo."""
    names = []
    for cast in (rocket, matter):
        with desk_scope(cast.desk):
            [attachment] = attach_files(
                (NewFile("a.txt", "text/plain", b"a"),),
                to=Message.objects.get(ticket=cast.open_ticket()),
                at=timezone.now(),
            )
            preview = store(cast.desk.pk, "0a/preview")
            Attachment.objects.filter(pk=attachment.pk).update(preview=preview)
            names += [str(attachment.file.name), preview]
            draft = Draft.objects.create(
                desk=cast.desk, user=cast.lead.user, place="/x/", updated_at=timezone.now()
            )
            file = NewFile("b.txt", "text/plain", b"b")
            [unsent] = store_unsent([file], to=draft, at=timezone.now())
            names.append(str(unsent.file.name))
        logo = store(cast.desk.pk, "logo/mark.png")
        with system_scope("test"):
            Desk.objects.filter(pk=cast.desk.pk).update(logo=logo)
        names.append(logo)
    for name in names:
        age(name)
    return names


def store(desk_id: int, name: str) -> str:
    return default_storage.save(f"{desk_id}/{name}", ContentFile(b"content"))


def age(name: str, *, days: float = 2) -> str:
    at = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(default_storage.path(name), (at, at))
    return name


def take_all_steps() -> None:
    for step in range(rounds.STEPS):
        tasks.tidy_files(step=step)


def check(**options: Any) -> str:
    said = io.StringIO()
    call_command("check_files", stdout=said, **options)
    return said.getvalue()


def test_a_day_deletes_old_files_of_no_row_and_nothing_else(
    named: list[str], rocket: Cast, matter: Cast, on_disk: Path
) -> None:
    old = [age(store(cast.desk.pk, "0a/orphan")) for cast in (rocket, matter)]
    old += [age(store(rocket.desk.pk, name)) for name in ("ff/half.x.part", "logo/former.png")]
    new = store(rocket.desk.pk, "0a/new")
    foreign = [age(store(UNKNOWN, "0a/other"))]
    with system_scope("test"):
        ErasedDesk.objects.create(
            number=UNKNOWN + 1, slug="gone", erased_at=timezone.now(), erased_by="root"
        )
    old.append(age(store(UNKNOWN + 1, "0a/left")))
    (on_disk / "readme.txt").write_text("of the operator")
    said = check()
    assert f"of which {len(old)} have no row" in said
    assert f"1 more are of no desk of this database, and stay.\n  {foreign[0]}" in said
    take_all_steps()
    left = {path.relative_to(on_disk).as_posix() for path in on_disk.rglob("*") if path.is_file()}
    assert left == {*named, new, *foreign, "readme.txt", "owner.txt"}
    assert doctor.count_missing() == 0
    # The bucket may have others' folders with a number as their name, such as a year.
    assert "of which 0 were deleted" in check(delete=True)
    assert default_storage.exists(foreign[0])


def test_missing_files_are_counted_for_operators_and_kept_named(
    named: list[str], rocket: Cast
) -> None:
    attachment, _, _, logo = named[:4]
    for name in (attachment, logo):
        default_storage.delete(name)
    take_all_steps()
    [found] = [each for each in doctor.check_files() if each.subject == "Missing files"]
    assert not found.is_ok
    assert found.text.startswith("2 files that messages or desks refer to are missing")
    said = io.StringIO()
    with pytest.raises(SystemExit):
        call_command("check_files", stdout=said)
    assert f"2 files are missing from storage.\n  {attachment}\n  {logo}" in said.getvalue()
    with desk_scope(rocket.desk):
        assert Attachment.objects.filter(file=attachment).exists()
    for name in (attachment, logo):
        default_storage.save(name, ContentFile(b"from a backup"))
    take_all_steps()
    [found] = [each for each in doctor.check_files() if each.subject == "Missing files"]
    assert found.is_ok


def test_a_copy_of_the_installation_deletes_nothing_of_the_original(
    named: list[str], rocket: Cast, settings: Settings
) -> None:
    """A restored database, or staging, whose files are those of production."""
    assert find_other_owner(storages["default"]) == ""
    orphan = age(store(rocket.desk.pk, "0a/stored-since-then"))
    settings.SITE_URL, own = "https://staging.example.com", settings.SITE_URL
    take_all_steps()
    with pytest.raises(CommandError, match=f"files belong to {own}, and this is https://staging"):
        check(delete=True)
    assert default_storage.exists(orphan)
    assert "1 were deleted" in check(delete=True, claim=True)


def test_too_many_files_of_no_row_are_left_for_the_operator(named: list[str], rocket: Cast) -> None:
    names = [age(store(rocket.desk.pk, f"0a/orphan{number}")) for number in range(21)]
    take_all_steps()
    assert all(default_storage.exists(name) for name in names)
    assert "21 were deleted" in check(delete=True)


def test_a_small_desk_whose_rows_are_gone_keeps_its_files(named: list[str], matter: Cast) -> None:
    """As with an empty database at the same SITE_URL: no step sees many files of a small desk."""
    names = [
        age(store(matter.desk.pk, f"{folder}/{number}"))
        for folder in ("0b", "6b", "cb")  # of one step
        for number in range(2)
    ]
    with system_scope("test"):
        Attachment.objects.filter(desk=matter.desk).delete()
    take_all_steps()
    assert all(default_storage.exists(name) for name in names)


def test_the_steps_of_a_day_are_all_folders_once_and_a_long_one_is_continued(
    named: list[str], rocket: Cast, matter: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    midnight = datetime.fromisoformat("2026-11-27T00:00:00+00:00")
    steps = [rounds.get_step(midnight + timedelta(minutes=15 * n, seconds=59)) for n in range(96)]
    folders = [folder for step in steps for folder in rounds.list_step_folders(step)]
    assert sorted(folders) == sorted([*(f"{number:02x}" for number in range(256)), "logo"])
    queued: list[dict[str, Any]] = []
    monkeypatch.setattr(tasks, "requeue", lambda **given: queued.append(given))
    monkeypatch.setattr(rounds, "SLICE_SECONDS", -1.0)
    orphan = age(store(max(rocket.desk.pk, matter.desk.pk), "0a/orphan"))
    default_storage.delete(named[1])  # at rocket
    tasks.tidy_files(step=10)
    assert queued == [{"step": 10, "after": rocket.desk.pk, "missing": 1}]
    assert default_storage.exists(orphan)
    tasks.tidy_files(**queued.pop())
    assert not default_storage.exists(orphan)
    tasks.tidy_files(**queued.pop())
    assert (queued, doctor.count_missing()) == ([], 1)


def test_in_a_bucket_unfinished_uploads_are_removed(
    store_in: Callable[..., None], server: BucketServer, rocket: Cast
) -> None:
    store_in("files")
    cache.clear()
    name = store(rocket.desk.pk, "00/orphan")
    bucket: Any = storages["default"]
    for folder in ("00", "ab"):
        bucket.client.create_multipart_upload(Bucket="files", Key=f"{rocket.desk.pk}/{folder}/x")
    for kept in [*server.buckets["files"].values(), *server.uploads.values()]:
        kept.at -= timedelta(days=2)
    bucket.client.create_multipart_upload(Bucket="files", Key=f"{rocket.desk.pk}/00/running")
    tasks.tidy_files(step=0)
    assert list(server.buckets["files"]) == ["owner.txt"]
    assert [each.key for each in server.uploads.values()] == [f"files/{rocket.desk.pk}/00/running"]
    assert not default_storage.exists(name)


def test_only_a_desks_own_rows_are_read(named: list[str], rocket: Cast, matter: Cast) -> None:
    """A file in rocket's folder that only a row of matter's names is of no use to anybody."""
    stray = age(store(rocket.desk.pk, "0a/named-elsewhere"))
    with system_scope("test"), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE tickets_attachment SET preview = %s WHERE desk_id = %s", [stray, matter.desk.pk]
        )
    take_all_steps()
    assert not default_storage.exists(stray)

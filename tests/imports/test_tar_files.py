"""Tar and gzip files are imported like zip archives, and hostile ones refused (M38)."""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterable
from zipfile import ZipFile

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.tenancy import desk_scope
from tests.cast import Cast
from tests.exchange.helpers import run_all, upload, write_lines
from tests.imports.exports import load
from tests.imports.test_pages import get_run, prepare, start, work
from tests.imports.test_pages import upload as upload_page
from tickets.exchange.runs import start_run
from tickets.exchange.source_file import UnreadableError
from tickets.exchange.tar_files import MAX_READ, repack
from tickets.models import Attachment, ImportRun, ImportState, Ticket

FILES = {**load("zendesk_export"), "attachments/498483/crash.log": b"line 1\nline 2"}
LINES = write_lines({"kind": "ticket", "id": 1, "subject": "Packed"})
Entries = Iterable[tuple[tarfile.TarInfo, bytes]]


def make_entry(name: str, content: bytes = b"", **more: object) -> tuple[tarfile.TarInfo, bytes]:
    entry = tarfile.TarInfo(name)
    entry.size = len(content)
    for key, value in more.items():
        setattr(entry, key, value)
    return entry, content


def pack_tar(entries: Entries, form: int = tarfile.PAX_FORMAT) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for entry, content in entries:
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def pack_files(files: dict[str, bytes], form: int = tarfile.PAX_FORMAT) -> bytes:
    return pack_tar((make_entry(f"./{name}", body) for name, body in files.items()), form)


def unpack(content: bytes, name: str = "export.tar") -> dict[str, bytes]:
    with repack(io.BytesIO(content), name) as packed, ZipFile(packed) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def test_an_export_as_tar_gz_is_imported_with_its_files(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket, gzip.compress(pack_files(FILES)))
    start(at_rocket, url)
    work(rocket)
    assert get_run(rocket, url).state == ImportState.DONE
    with desk_scope(rocket.desk):
        assert Ticket.objects.filter(subject="Printer on fire").exists()
        file = Attachment.objects.get(name="crash.log")
        with default_storage.open(file.file.name) as stored:
            assert stored.read() == b"line 1\nline 2"


def test_a_record_file_may_be_a_tar_or_packed_alone(in_rocket: Cast) -> None:
    uploads = (
        pack_files({"records.ndjson": LINES}), gzip.compress(LINES),
        gzip.compress(pack_files({"records.ndjson": LINES})),
    )  # fmt: skip
    for place, content in enumerate(uploads):
        run = run_all(in_rocket, upload(in_rocket, content, source=f"s{place}"))
        assert run.preview["counts"] == {"ticket": 1}
        start_run(run, {}, by=in_rocket.admin, at=run.created_at)
        run_all(in_rocket, run)
    assert Ticket.objects.filter(subject="Packed").count() == 3


def test_long_names_folders_and_later_entries_of_one_name_are_read_as_tar_does() -> None:
    long = "/".join(["folder" * 10] * 5) + "/a.json"
    folder = make_entry("folder", type=tarfile.DIRTYPE)
    again = [make_entry("a.json", b"old"), make_entry("./a.json", b"new"), make_entry(long, b"1")]
    for form in (tarfile.PAX_FORMAT, tarfile.GNU_FORMAT):
        assert unpack(pack_tar([folder, *again], form)) == {"a.json": b"new", long: b"1"}
    assert unpack(gzip.compress(b"{}"), "tickets.json.GZ") == {"tickets.json": b"{}"}


def test_links_special_files_and_paths_out_of_the_archive_are_refused() -> None:
    entries = [
        make_entry("a.json", type=tarfile.SYMTYPE, linkname="/etc/passwd"),
        make_entry("a.json", type=tarfile.LNKTYPE, linkname="b.json"),
        make_entry("a.json", type=tarfile.FIFOTYPE), make_entry("a.json", type=tarfile.CHRTYPE),
        make_entry("/a.json", b"{}"), make_entry("../a.json", b"{}"),
        make_entry("a/../../b.json", b"{}"), make_entry("x" * 2_000, b"{}"),
    ]  # fmt: skip
    for entry in entries:
        with pytest.raises(UnreadableError, match="isn't a regular file"):
            unpack(pack_tar([entry]))


def test_bombs_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    zeros = bytes(12_000_000)
    for content in (gzip.compress(zeros), gzip.compress(pack_files({"a": zeros}))):
        with pytest.raises(UnreadableError, match="expands to far more"):
            unpack(content)
    with pytest.raises(UnreadableError, match="expands to far more"):
        unpack(pack_files({"a.json": zeros}))  # once it is packed
    monkeypatch.setattr("tickets.exchange.tar_files.MAX_ENTRIES", 2)
    with pytest.raises(UnreadableError, match="expands to far more"):
        unpack(pack_files({"a": b"", "b": b"", "c": b""}))


def test_a_name_as_large_as_the_memory_is_not_read() -> None:
    name = tarfile.TarInfo("././@LongLink")
    name.type, name.size = tarfile.GNUTYPE_LONGNAME, 10 * MAX_READ
    content = pack_tar([(name, b"x" * name.size), make_entry("a.json", b"{}")])
    with pytest.raises(UnreadableError, match="damaged"):
        unpack(content)


def test_a_header_that_leads_back_is_refused() -> None:  # CVE-2025-8194
    negative = bytearray(pack_tar([make_entry("pax", b"30 mtime=1\n", type=tarfile.XHDTYPE)]))
    negative[124:136] = (2**96 - 512).to_bytes(12, "big")  # in base 256: a size of -512
    negative[148:156] = b" " * 8
    negative[148:156] = b"%06o\0 " % sum(negative[:512])
    with pytest.raises(UnreadableError):
        unpack(bytes(negative))


def test_a_damaged_or_cut_archive_is_refused_and_nothing_stored(
    rocket: Cast, at_rocket: Client
) -> None:
    whole = pack_files({"a.json": b"{}", "b.json": b"[]"})
    packed = gzip.compress(whole)
    damaged = bytearray(whole)
    damaged[1024 + 3] ^= 0xFF  # in the second header
    for content in (whole[:1024], whole[:1300], bytes(damaged), packed[:-9], packed[:40],
                    packed + b"more", b"\x1f\x8b and no gzip"):  # fmt: skip
        with pytest.raises(UnreadableError, match="damaged or incomplete"):
            unpack(content)
        answer = upload_page(at_rocket, content, name="export.tar.gz")
        assert (answer.status_code, b"damaged or incomplete" in answer.content) == (422, True)
    with desk_scope(rocket.desk):
        assert not ImportRun.objects.exists()


def test_of_two_entries_with_one_name_in_a_zip_the_last_is_read_once(in_rocket: Cast) -> None:
    out = io.BytesIO()
    with ZipFile(out, "w") as archive:
        archive.writestr("records.ndjson", LINES)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("records.ndjson", LINES.replace(b"Packed", b"Again"))
    run = run_all(in_rocket, upload(in_rocket, out.getvalue()))
    assert [each["subject"] for each in run.preview["tickets"]] == ["Again"]

"""Support packets: facts for agents, and archives that attack whoever opens them."""

from __future__ import annotations

import io
import json
import tarfile
import zipfile
from collections.abc import Mapping

from accounts.tenancy import desk_scope
from tests.cast import NOON, Cast
from tickets import tasks
from tickets.attachments import packets
from tickets.attachments.files import NewFile
from tickets.attachments.packet_reader import MAX_ENTRIES, MAX_ENTRY, MAX_UNPACKED
from tickets.attachments.packets import read_content
from tickets.models import Attachment
from tickets.services import add_note

DIAGNOSTICS = """\
version: 2
license:
  company: Helvetia
  users: 500
  sku_short_name: enterprise
server:
  os: linux
  architecture: amd64
  hostname: chat-1
  version: 10.2.0
  installation_type: docker
database:
  type: postgres
  version: "14.9"
"""
OLDER = 'server_os: linux\nserver_version: 7.8.1\ndatabase_type: mysql\ndatabase_version: "8.0"\n'
PLUGINS = json.dumps({"active": [{"id": "jira", "name": "Jira", "version": "4.1.0"}, 3, {}]})
STATISTICS = {
    "version": "7.4.1",
    "mongoVersion": "6.0.1",
    "os": {"type": "Linux", "release": "6.1"},
    "deploy": {"method": "docker", "platform": "k8s"},
    "enterprise": {"modules": ["auditing"]},
    "totalUsers": 1200,
}


def make_zip(entries: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return out.getvalue()


def make_tar(entries: Mapping[str, bytes], *more: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for entry in more:
            archive.addfile(entry)
        for name, content in entries.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return out.getvalue()


def test_a_mattermost_packet_says_version_edition_plugins_system_and_database() -> None:
    found = read_content(
        make_zip({"packet/diagnostics.yaml": DIAGNOSTICS, "plugins.json": PLUGINS, "a.log": "x"})
    )
    assert found == {
        "product": "Mattermost",
        "facts": {
            "version": "10.2.0",
            "edition": "enterprise",
            "os": "linux amd64",
            "database": "postgres 14.9",
            "installation": "docker",
            "users": "500",
        },
        "plugins": ["Jira 4.1.0"],
    }
    older = read_content(make_tar({"support_packet.yaml": OLDER.encode()}))
    assert older["facts"] == {"version": "7.8.1", "os": "linux", "database": "mysql 8.0"}


def test_a_rocket_chat_workspace_says_the_same() -> None:
    facts = {
        "version": "7.4.1",
        "edition": "Enterprise",
        "os": "Linux 6.1",
        "database": "MongoDB 6.0.1",
        "installation": "docker k8s",
        "users": "1200",
    }
    for content in (json.dumps(STATISTICS).encode(), make_zip({"statistics.json": json.dumps(
        {"statistics": STATISTICS})})):  # fmt: skip
        assert read_content(content)["facts"] == facts


def test_other_files_are_no_packets_and_broken_ones_say_so() -> None:
    assert read_content(make_zip({"photo.jpg": b"x"})) == {}
    assert read_content(b'{"a": 1}', is_archive=False) == {}
    assert read_content(b"{not json", is_archive=False) == {}
    whole = make_zip({"diagnostics.yaml": DIAGNOSTICS})
    for broken in (b"PK\x03\x04" + b"x" * 50, whole[:60], b"\x1f\x8b" + b"y" * 50, b"z"):
        assert read_content(broken) == {"problem": "broken"}
    encrypted = bytearray(whole)
    for signature, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        encrypted[encrypted.index(signature) + flags] |= 1
    assert read_content(bytes(encrypted)) == {"problem": "encrypted"}


def test_bombs_are_not_unpacked() -> None:
    huge = b"\0" * (MAX_ENTRY + 1)
    assert read_content(make_zip({"diagnostics.yaml": huge})) == {"problem": "too_large"}
    many = {f"{count}.log": b"" for count in range(MAX_ENTRIES + 1)}
    assert read_content(make_zip(many)) == {"problem": "too_large"}
    bomb = make_tar({"big.log": b"\0" * (MAX_UNPACKED + 1), "diagnostics.yaml": b"server_os: x"})
    assert len(bomb) < 1024 * 1024
    assert read_content(bomb) == {"problem": "too_large"}
    nested = make_zip({"inner.zip": make_zip({"diagnostics.yaml": DIAGNOSTICS})})
    assert read_content(nested) == {}
    deep = make_zip({"plugins.json": "[" * 500_000, "diagnostics.yaml": DIAGNOSTICS})
    assert read_content(deep) == {"problem": "broken"}


def test_paths_and_links_lead_nowhere() -> None:
    link = tarfile.TarInfo("diagnostics.yaml")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    device = tarfile.TarInfo("plugins.json")
    device.type = tarfile.CHRTYPE
    found = read_content(make_tar({"../../support_packet.yaml": OLDER.encode()}, link, device))
    assert found["facts"]["version"] == "7.8.1"


def test_values_are_single_short_lines() -> None:
    text = (
        f"server_version: \u202e10\x1b[31m\nserver_os: {'x' * 5000}\nserver_architecture: &a [*a]"
    )
    facts = read_content(make_zip({"support_packet.yaml": text}))["facts"]
    assert facts["version"] == "10[31m"
    assert len(facts["os"]) == 120


def test_the_worker_reads_each_archive_once_and_agents_see_the_facts(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    files = (
        NewFile("packet.zip", "application/zip", make_zip({"diagnostics.yaml": DIAGNOSTICS})),
        NewFile("broken.zip", "application/zip", b"PK\x03\x04"),
        NewFile("notes.txt", "text/plain", b"x"),
    )
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="", files=files, at=NOON)
    due = Attachment.objects.exclude(packet_due_at=None)
    assert {file.name for file in due} == {"packet.zip", "broken.zip"}
    assert tasks.sweep_packets() == 2
    assert not due.all().exists()
    found = {file.name: file.packet for file in Attachment.objects.all()}
    assert found["packet.zip"]["facts"]["version"] == "10.2.0"
    assert found["broken.zip"] == {"problem": "broken"}
    assert found["notes.txt"] == {}


def test_an_archive_that_kills_its_worker_is_given_up(in_rocket: Cast) -> None:
    ticket = in_rocket.open_ticket()
    file = NewFile("packet.zip", "application/zip", b"PK")
    add_note(ticket_id=ticket.pk, agent=in_rocket.analyst, text="", files=(file,), at=NOON)
    Attachment.objects.update(packet_attempts=packets.MAX_ATTEMPTS)
    packets.read_due_packet(desk_id=in_rocket.desk.pk, at=NOON)
    kept = Attachment.objects.get()
    assert (kept.packet, kept.packet_due_at) == ({"problem": "took_too_long"}, None)


def test_another_desk_reads_its_own(rocket: Cast, matter: Cast) -> None:
    with desk_scope(rocket.desk):
        ticket = rocket.open_ticket()
        file = NewFile("a.zip", "application/zip", make_zip({"diagnostics.yaml": DIAGNOSTICS}))
        add_note(ticket_id=ticket.pk, agent=rocket.analyst, text="", files=(file,), at=NOON)
    with desk_scope(matter.desk):
        assert packets.read_due_packet(desk_id=matter.desk.pk, at=NOON) == 0
    with desk_scope(rocket.desk):
        assert packets.read_due_packet(desk_id=rocket.desk.pk, at=NOON) == 1

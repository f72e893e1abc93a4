"""Started as root, PostgreSQL's own user is let through closed folders, and nobody else is."""

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.supervisor.children import as_user
from helpdesk.supervisor.refusal import Refusal
from helpdesk.supervisor.system_user import open_way_to, system_user_id

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="an ordinary user runs PostgreSQL as itself"
)


@pytest.fixture
def closed() -> Iterator[Path]:
    """A folder of mode 0700 with a readable file two folders below it."""
    with tempfile.TemporaryDirectory(prefix="plumbline-closed-") as name:
        below = Path(name) / "closed-too"
        below.mkdir(mode=0o700)
        (below / "file").write_text("read")
        (below / "file").chmod(0o644)
        yield Path(name)


def can(user: int, *command: str | Path) -> bool:
    return (
        subprocess.run(
            command, capture_output=True, check=False, cwd="/", **as_user(user)
        ).returncode
        == 0
    )


def test_the_user_reads_below_but_does_not_look_around(closed: Path) -> None:
    user = system_user_id()
    assert not can(user, "cat", closed / "closed-too" / "file")
    open_way_to(closed / "closed-too" / "file", user)
    assert can(user, "cat", closed / "closed-too" / "file")
    assert not can(user, "ls", closed)


def test_others_stay_out(closed: Path) -> None:
    open_way_to(closed / "closed-too" / "file", system_user_id())
    assert not can(pwd.getpwnam("nobody").pw_uid, "cat", closed / "closed-too" / "file")
    assert closed.stat().st_mode & stat.S_IRWXO == 0


def test_asking_twice_changes_nothing(closed: Path) -> None:
    user = system_user_id()
    open_way_to(closed / "closed-too" / "file", user)
    once = os.getxattr(closed, "system.posix_acl_access")
    open_way_to(closed / "closed-too" / "file", user)
    assert os.getxattr(closed, "system.posix_acl_access") == once


def test_a_file_system_without_acls_is_refused_in_a_sentence(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_supported(*args: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", not_supported)
    with pytest.raises(Refusal, match=f"chmod o\\+x {closed}"):
        open_way_to(closed / "closed-too" / "file", system_user_id())

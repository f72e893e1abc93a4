"""Started as root, only PostgreSQL's own user gets through closed folders."""

import os
import pwd
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpdesk.supervisor.children import get_user_options
from helpdesk.supervisor.errors import StartupError
from helpdesk.supervisor.system_user import get_or_create_system_user, grant_access

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0, reason="only root needs another user for PostgreSQL"
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
            command, capture_output=True, check=False, cwd="/", **get_user_options(user)
        ).returncode
        == 0
    )


def test_the_user_can_read_below_but_not_list(closed: Path) -> None:
    user = get_or_create_system_user()
    assert not can(user, "cat", closed / "closed-too" / "file")
    grant_access(closed / "closed-too" / "file", user)
    assert can(user, "cat", closed / "closed-too" / "file")
    assert not can(user, "ls", closed)


def test_other_users_stay_out(closed: Path) -> None:
    grant_access(closed / "closed-too" / "file", get_or_create_system_user())
    assert not can(pwd.getpwnam("nobody").pw_uid, "cat", closed / "closed-too" / "file")
    assert closed.stat().st_mode & stat.S_IRWXO == 0


def test_granting_twice_changes_nothing(closed: Path) -> None:
    user = get_or_create_system_user()
    grant_access(closed / "closed-too" / "file", user)
    once = os.getxattr(closed, "system.posix_acl_access")
    grant_access(closed / "closed-too" / "file", user)
    assert os.getxattr(closed, "system.posix_acl_access") == once


def test_a_file_system_without_acls_is_reported(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def not_supported(*args: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "setxattr", not_supported)
    with pytest.raises(StartupError, match=f"chmod o\\+x {closed}"):
        grant_access(closed / "closed-too" / "file", get_or_create_system_user())

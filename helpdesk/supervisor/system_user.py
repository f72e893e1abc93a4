"""The system user for PostgreSQL, which refuses to run as root.

The user gets access to its files by a POSIX ACL (acl(5)); no folder is opened to everyone.
"""

from __future__ import annotations

import os
import pwd
import stat
import struct
import subprocess
from pathlib import Path

from helpdesk.supervisor.errors import StartupError

NAME = "plumbline"
ACCESS_ACL = "system.posix_acl_access"
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
EXECUTE = 0x01
NO_ID = 0xFFFFFFFF
Entry = tuple[int, int, int]  # tag, permissions, user or group


def get_or_create_system_user() -> int:
    """Return the id of the user for PostgreSQL, created if missing, or raise StartupError."""
    try:
        return pwd.getpwnam(NAME).pw_uid
    except KeyError:
        command = [
            "useradd",
            "--system",
            "--user-group",
            "--no-create-home",
            "--shell",
            "/usr/sbin/nologin",
            NAME,
        ]
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (a constant)
    except (OSError, subprocess.CalledProcessError) as error:
        raise StartupError(
            "PostgreSQL does not run as root, and creating a user for it failed. "
            "Start Plumbline as an ordinary user."
        ) from error
    return pwd.getpwnam(NAME).pw_uid


def grant_access(path: Path, user: int) -> None:
    """Let a user pass through all folders above a path.

    Raise StartupError if the file system has no ACLs.
    """
    for folder in path.resolve().parents:
        if not _can_pass(folder, user):
            _allow_pass(folder, user)


def make_world_readable(tree: Path) -> None:
    """Make a tree of programs readable that was installed under a strict umask."""
    if tree.stat().st_mode & stat.S_IXOTH and all(
        f.stat().st_mode & stat.S_IROTH for f in tree.iterdir()
    ):
        return
    for path in [tree, *tree.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _can_pass(folder: Path, user: int) -> bool:
    held = folder.stat()
    if held.st_uid == user:
        return bool(held.st_mode & stat.S_IXUSR)
    return bool(held.st_mode & stat.S_IXOTH) or (USER, EXECUTE, user) in _masked(_read_acl(folder))


def _read_acl(folder: Path) -> list[Entry]:
    try:
        raw = os.getxattr(folder, ACCESS_ACL)
    except OSError:
        mode = folder.stat().st_mode
        return [
            (USER_OBJ, mode >> 6 & 7, NO_ID),
            (GROUP_OBJ, mode >> 3 & 7, NO_ID),
            (OTHER, mode & 7, NO_ID),
        ]
    return list(struct.iter_unpack("<HHI", raw[4:]))


def _masked(entries: list[Entry]) -> list[Entry]:
    mask = next((allowed for tag, allowed, _ in entries if tag == MASK), 7)
    return [(tag, allowed & mask & EXECUTE, who) for tag, allowed, who in entries]


def _allow_pass(folder: Path, user: int) -> None:
    others = [
        entry for entry in _read_acl(folder) if entry[0] != MASK and entry[::2] != (USER, user)
    ]
    entries = [*others, (USER, EXECUTE, user)]
    mask = 0
    for tag, allowed, _ in entries:
        mask |= allowed if tag in (USER, GROUP_OBJ, GROUP) else 0
    entries.append((MASK, mask, NO_ID))
    raw = struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", *e) for e in sorted(entries, key=lambda e: e[::2])
    )
    try:
        os.setxattr(folder, ACCESS_ACL, raw)
    except OSError as error:
        raise StartupError(
            f"PostgreSQL does not run as root, and the user {NAME} cannot pass through {folder}. "
            f"Run `chmod o+x {folder}`, or move DATA_DIR and the checkout to a folder "
            "that others may enter."
        ) from error

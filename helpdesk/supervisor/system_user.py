"""PostgreSQL refuses to run as root. Started by root it runs under a system user, who must reach its files.

No folder is opened to everybody for that: the user alone is let pass through, by a POSIX ACL (acl(5)).
"""

from __future__ import annotations

import os
import pwd
import stat
import struct
import subprocess
from pathlib import Path

from helpdesk.supervisor.refusal import Refusal

NAME = "plumbline"
ACCESS_ACL = "system.posix_acl_access"
USER_OBJ, USER, GROUP_OBJ, GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
MAY_PASS = 0x01
NOBODY_NAMED = 0xFFFFFFFF
Entry = tuple[int, int, int]  # tag, permissions, user or group


def system_user_id() -> int:
    """The id of the user that PostgreSQL runs under, made if it is not there; Refusal if it cannot be made."""
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
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603 (all of it stands above)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Refusal(
            "PostgreSQL does not run as root and no user could be made for it; start Plumbline as an ordinary user."
        ) from error
    return pwd.getpwnam(NAME).pw_uid


def open_way_to(path: Path, user: int) -> None:
    """Let the user pass through all folders above the path; Refusal where the file system knows no ACLs."""
    for folder in path.resolve().parents:
        if not _may_pass(folder, user):
            _let_pass(folder, user)


def make_readable(tree: Path) -> None:
    """Let everybody read a tree of programs that was installed under a strict umask."""
    if tree.stat().st_mode & stat.S_IXOTH and all(
        f.stat().st_mode & stat.S_IROTH for f in tree.iterdir()
    ):
        return
    for path in [tree, *tree.rglob("*")]:
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))


def _may_pass(folder: Path, user: int) -> bool:
    held = folder.stat()
    if held.st_uid == user:
        return bool(held.st_mode & stat.S_IXUSR)
    return bool(held.st_mode & stat.S_IXOTH) or (USER, MAY_PASS, user) in _masked(_read_acl(folder))


def _read_acl(folder: Path) -> list[Entry]:
    try:
        raw = os.getxattr(folder, ACCESS_ACL)
    except OSError:
        mode = folder.stat().st_mode
        return [
            (USER_OBJ, mode >> 6 & 7, NOBODY_NAMED),
            (GROUP_OBJ, mode >> 3 & 7, NOBODY_NAMED),
            (OTHER, mode & 7, NOBODY_NAMED),
        ]
    return list(struct.iter_unpack("<HHI", raw[4:]))


def _masked(entries: list[Entry]) -> list[Entry]:
    mask = next((allowed for tag, allowed, _ in entries if tag == MASK), 7)
    return [(tag, allowed & mask & MAY_PASS, who) for tag, allowed, who in entries]


def _let_pass(folder: Path, user: int) -> None:
    others = [
        entry for entry in _read_acl(folder) if entry[0] != MASK and entry[::2] != (USER, user)
    ]
    entries = [*others, (USER, MAY_PASS, user)]
    mask = 0
    for tag, allowed, _ in entries:
        mask |= allowed if tag in (USER, GROUP_OBJ, GROUP) else 0
    entries.append((MASK, mask, NOBODY_NAMED))
    raw = struct.pack("<I", 2) + b"".join(
        struct.pack("<HHI", *e) for e in sorted(entries, key=lambda e: e[::2])
    )
    try:
        os.setxattr(folder, ACCESS_ACL, raw)
    except OSError as error:
        raise Refusal(
            f"PostgreSQL does not run as root, and the user {NAME} cannot pass through {folder}: "
            f"run `chmod o+x {folder}`, or set DATA_DIR and the checkout to a folder that others may enter."
        ) from error

"""Storage of attachments, static files and free space."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import DatabaseError
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.doctor.findings import Finding, read_reason, report_problem
from helpdesk.files.rounds import count_missing

MIN_FREE_BYTES = 1024**3
MIN_TEMPORARY_BYTES = 256 * 1024**2  # large requests are kept there until they are read
STATIC_SAMPLE = "img/mark.svg"


def check_files() -> Iterator[Finding]:
    """Write, read and delete a file; look for static files and free space."""
    yield _check_storage()
    yield from _check_missing_files()
    yield _check_static_files()
    if not settings.MEDIA_BUCKET:
        yield _check_space(Path(settings.DATA_DIR), MIN_FREE_BYTES)
    yield _check_space(Path(tempfile.gettempdir()), MIN_TEMPORARY_BYTES)


def _check_storage() -> Finding:
    subject, content = _("Attachments"), get_random_string(32).encode()
    place = settings.MEDIA_BUCKET or settings.MEDIA_ROOT
    try:
        name = default_storage.save(f"doctor/{get_random_string(20)}", ContentFile(content))
        try:
            with default_storage.open(name) as file:
                is_same = file.read() == content
        finally:
            default_storage.delete(name)
    except OSError as error:
        text = _("%(place)s cannot be used: %(reason)s. Check DATA_DIR, or MEDIA_BUCKET and AWS_*.")
        reason = read_reason(error).rstrip(".")
        return report_problem(subject, text % {"place": place, "reason": reason})
    if not is_same:
        text = _("%(place)s returns other content than was written.") % {"place": place}
        return report_problem(subject, text)
    return Finding(subject, _("Written, read and deleted at %(place)s.") % {"place": place})


def _check_missing_files() -> Iterator[Finding]:
    subject = _("Missing files")
    try:
        missing = count_missing()
    except DatabaseError:  # reported by the check of the database
        return
    if missing:
        text = ngettext(
            "%(count)d file that a message or a desk refers to is missing from storage. Run"
            " `manage.py check_files`, and restore it from a backup.",
            "%(count)d files that messages or desks refer to are missing from storage. Run"
            " `manage.py check_files`, and restore them from a backup.",
            missing,
        )
        yield report_problem(subject, text % {"count": missing})
    else:
        yield Finding(subject, _("The last check found no missing files."))


def _check_static_files() -> Finding:
    subject = _("Static files")
    try:
        url = staticfiles_storage.url(STATIC_SAMPLE)
    except ValueError:  # not in the manifest
        url = ""
    path = settings.STATIC_ROOT / url.removeprefix(settings.STATIC_URL)
    if not url or not path.is_file():
        text = _("Not in %(folder)s. Run `manage.py collectstatic`, and check STATIC_ROOT.")
        return report_problem(subject, text % {"folder": settings.STATIC_ROOT})
    return Finding(subject, str(settings.STATIC_ROOT))


def _check_space(folder: Path, wanted: int) -> Finding:
    subject = _("Free space")
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return report_problem(subject, f"{folder}: {error.strerror}.")
    given = {"mib": free // 1024**2, "folder": folder}
    if free < wanted:
        text = _("Only %(mib)d MiB are free in %(folder)s. Make room, or files are refused.")
        return report_problem(subject, text % given)
    return Finding(subject, _("%(mib)d MiB in %(folder)s.") % given)

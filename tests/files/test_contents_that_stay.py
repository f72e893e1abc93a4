"""Storage that can't delete a content doesn't stop what follows the same commit."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import default_storage
from django.db import transaction

from tests.cast import NOON, Cast
from tickets.attachments.files import NewFile
from tickets.models import UnsentFile
from tickets.replies.unsent_files import delete_unsent
from tickets.replies.uploads import add_upload


def test_a_content_that_stays_does_not_stop_the_next_hook(
    in_rocket: Cast, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    file = NewFile("a.txt", "text/plain", b"text")
    add_upload(desk=in_rocket.desk, user=in_rocket.analyst.user, file=file, at=NOON)

    def fail(name: str) -> None:
        raise OSError(name)

    monkeypatch.setattr(type(default_storage._wrapped), "delete", lambda self, name: fail(name))
    followed: list[str] = []
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        assert delete_unsent(UnsentFile.objects.all()) == 1
        transaction.on_commit(lambda: followed.append("next"))
    assert followed == ["next"]

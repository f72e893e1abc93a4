"""Files are uploaded to the draft while someone writes, and sent with it."""

from __future__ import annotations

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from helpdesk.shared.fields import MAX_FILES
from tests.agent.conftest import SignIn, inside
from tests.agent.test_answers import answers_of, form
from tests.cast import Cast
from tickets.models import Attachment, Draft, Message, Note, Ticket, UnsentFile


def files_of(ticket: Ticket) -> str:
    return f"/rocket/agent/tickets/{ticket.number}/files/"


def upload(client: Client, ticket: Ticket, name: str = "log.txt", content: bytes = b"lines"):
    file = SimpleUploadedFile(name, content, "text/plain")
    return client.post(files_of(ticket), {"kind": "note", "body": "See", "file": file})


def test_an_uploaded_file_is_in_the_draft_and_goes_with_the_note(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        response = upload(client, ticket)
        assert response.status_code == 201
        assert "log.txt" in response.content.decode()
        assert Draft.objects.get().fields["body"] == ["See"]
        file = UnsentFile.objects.get()
        page = client.get(f"/rocket/agent/tickets/{ticket.number}/").content.decode()
        assert f'name="kept" value="{file.pk}" checked' in page
        entry = form(ticket, kind="note", body="", kept=file.pk)
        assert client.post(answers_of(ticket), entry).status_code == 303
        assert Note.objects.get().attachments.get().file.read() == b"lines"
        assert not UnsentFile.objects.exists()


def test_an_error_keeps_the_choice_of_files(rocket: Cast, client: Client, ticket: Ticket) -> None:
    with inside(rocket):
        upload(client, ticket, "a.txt")
        upload(client, ticket, "b.txt")
        first, second = UnsentFile.objects.order_by("pk")
        entry = form(ticket, kept=second.pk, next_update="2020-01-01T10:00")
        response = client.post(answers_of(ticket), entry)
        assert response.status_code == 422
        kept = {file.id: file.is_kept for file in response.context["composer"].files}
        assert kept == {first.pk: False, second.pk: True}


def test_a_removed_file_is_gone_from_storage_too(
    rocket: Cast, client: Client, ticket: Ticket, django_capture_on_commit_callbacks
) -> None:
    with inside(rocket):
        upload(client, ticket)
        file = UnsentFile.objects.get()
        with django_capture_on_commit_callbacks(execute=True):
            assert client.post(f"/rocket/agent/drafts/files/{file.pk}/").status_code == 204
        assert not UnsentFile.objects.exists()
        assert not default_storage.exists(file.file.name)
        assert client.post(f"/rocket/agent/drafts/files/{file.pk}/").status_code == 404


def test_too_many_and_too_large_files_are_refused_with_a_sentence(
    rocket: Cast, client: Client, ticket: Ticket, settings
) -> None:
    with inside(rocket):
        for number in range(MAX_FILES):
            assert upload(client, ticket, f"{number}.txt").status_code == 201
        refused = upload(client, ticket)
        assert refused.status_code == 422
        assert f"The limit is {MAX_FILES}." in refused.content.decode()
        UnsentFile.objects.all().delete()
        settings.MAX_ATTACHMENT_BYTES = 4
        refused = upload(client, ticket)
        assert refused.status_code == 422
        assert "log.txt" in refused.content.decode()
        assert not UnsentFile.objects.exists()


def test_a_file_that_can_not_be_stored_is_refused(
    rocket: Cast, client: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tickets.replies.unsent_files.store_file", lambda content, desk_id: "")
    with inside(rocket):
        refused = upload(client, ticket)
        assert refused.status_code == 422
        assert "couldn't be stored" in refused.content.decode()


def test_a_draft_takes_its_files_along_when_discarded(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    with inside(rocket):
        upload(client, ticket)
        place = f"/agent/tickets/{ticket.number}/answers/"
        client.post(f"/rocket/agent/drafts/?form={place}", {"discard": "1"})
        assert not Draft.objects.exists()
        assert not UnsentFile.objects.exists()


def test_nobody_sends_or_removes_a_file_of_someone_else(
    rocket: Cast, matter: Cast, client: Client, ticket: Ticket, sign_in: SignIn
) -> None:
    with inside(rocket):
        upload(client, ticket)
        file = UnsentFile.objects.get()
        other = sign_in(rocket.colleague.user)
        assert other.post(f"/rocket/agent/drafts/files/{file.pk}/").status_code == 404
        other.post(answers_of(ticket), form(ticket, kept=file.pk))
        assert Message.objects.filter(agent=rocket.colleague).exists()
        assert not Attachment.objects.filter(message__agent=rocket.colleague).exists()
        assert upload(sign_in(matter.analyst.user), ticket).status_code == 404
        assert upload(sign_in(rocket.observer.user), ticket).status_code == 403
        assert UnsentFile.objects.filter(pk=file.pk).exists()

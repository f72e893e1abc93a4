"""A desk admin moves in: uploads an export, corrects the guesses, starts, watches and reads."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import AuditEntry
from accounts.tenancy import desk_scope
from helpdesk.admin.imports import forms
from tests.cast import NOON, Cast
from tests.imports.exports import load, pack
from tickets.exchange.running import run_imports
from tickets.models import ImportProblem, ImportRun, ImportState, Message, Note, Ticket

PAGE = "/rocket/admin/imports/"
EXPORT = pack({**load("zendesk_export"), "attachments/498483/crash.log": b"line 1\nline 2"})


def upload(
    client: Client, content: bytes = EXPORT, name: str = "export.zip", reader: str = "zendesk"
) -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post(PAGE, {"reader": reader, "file": file, "source": ""})


def work(cast: Cast) -> None:
    """Run slices until nothing is due."""
    with desk_scope(cast.desk):
        while run_imports(desk_id=cast.desk.pk, at=NOON):
            pass


def get_choices(page: Any) -> dict[str, Any]:
    """Return what the form of a preview would post."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in values.items() if value not in (None, False)}


def start(client: Client, url: str, **changes: Any) -> Any:
    return client.post(f"{url}start/", {**get_choices(client.get(url)), **changes})


def prepare(cast: Cast, client: Client, content: bytes = EXPORT) -> str:
    """Upload an export and have it read. Returns the URL of its page."""
    answer = upload(client, content)
    assert answer.status_code == 302
    work(cast)
    return answer["Location"]


def get_run(cast: Cast, url: str) -> ImportRun:
    with desk_scope(cast.desk):
        return ImportRun.objects.get(pk=url.rstrip("/").rpartition("/")[2])


def test_an_export_is_uploaded_previewed_started_and_reported(
    rocket: Cast, at_rocket: Client
) -> None:
    url = upload(at_rocket)["Location"]
    assert b"0 records read so far." in at_rocket.get(url).content
    work(rocket)
    page = at_rocket.get(url)
    text = page.content.decode()
    assert "Nothing has been imported yet." in text
    for words in ("Printer on fire", "Jane Doe", "35436", "2024-03-01", "hold", "Ana Souza"):
        assert words in text
    with desk_scope(rocket.desk):
        assert not Ticket.objects.filter(subject="Printer on fire").exists()
    answer = start(at_rocket, url)
    assert answer.status_code == 302
    work(rocket)
    done = at_rocket.get(url).content.decode()
    assert "Finished." in done
    with desk_scope(rocket.desk):
        ticket = Ticket.objects.get(subject="Printer on fire")
        assert ticket.status == "closed"
        assert Message.objects.filter(ticket=ticket).count() == 2
        assert Note.objects.filter(ticket=ticket).count() == 1
        assert ticket.fields == {
            "field_27642": "7.4.5", "field_27648": "billing__invoice", "field_27649": "a, b"
        }  # fmt: skip
        assert AuditEntry.objects.filter(action="import_started").count() == 1
    assert f"RC-{ticket.number}" in done
    assert "manual.pdf" in done  # which isn't in the archive


def test_the_choices_of_the_form_count(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket)
    form = at_rocket.get(url).context["form"]
    hold = next(
        f"states-{at}" for at, (word, _n) in enumerate(form.lists["states"]) if word == "hold"
    )
    assert form[hold].value() == "investigating"
    start(at_rocket, url, **{hold: "waiting", "agents-0": rocket.analyst.user.email})
    work(rocket)
    with desk_scope(rocket.desk):
        assert Ticket.objects.get(subject="It burns again").status == "waiting"
        note = Note.objects.get(ticket__subject="Printer on fire")
    assert note.agent_id == rocket.analyst.pk


def test_a_department_that_is_left_empty_by_choice_is_no_problem(
    rocket: Cast, at_rocket: Client
) -> None:
    url = prepare(rocket, at_rocket)
    [group] = at_rocket.get(url).context["form"].lists["departments"]
    assert group == ("Support", 1)
    start(at_rocket, url, **{"departments-0": "0"})
    work(rocket)
    with desk_scope(rocket.desk):
        assert Ticket.objects.get(subject="Printer on fire").department_id is None
        assert not ImportProblem.objects.filter(code="unknown_department").exists()


def test_hundreds_of_agents_and_words_fit_into_one_request(rocket: Cast, at_rocket: Client) -> None:
    me = rocket.analyst.user.email
    users = [{"id": n, "name": f"A{n}", "email": f"a{n}@old.example", "role": "agent"}
             for n in range(1, 300)]  # fmt: skip
    users.append({"id": 300, "name": "Last", "email": me, "role": "admin"})
    tickets = [
        {"id": n, "requester_id": 1, "assignee_id": 300, "status": f"s{n}", "priority": f"p{n}",
         "group_id": n, "custom_fields": [{"id": n, "value": "x"}]} for n in range(1, 250)
    ]  # fmt: skip
    export = {"users.json": {"users": users}, "tickets.json": {"tickets": tickets}}
    content = pack({name: json.dumps(page).encode() for name, page in export.items()})
    url = prepare(rocket, at_rocket, content)
    choices = get_choices(at_rocket.get(url))
    left_out = {name: "" for name in choices if name.startswith("fields-")}
    assert start(at_rocket, url, **left_out).status_code == 302
    run = get_run(rocket, url)
    assert run.state == ImportState.RUNNING
    assert run.mapping["agents"] == {"300": rocket.analyst.pk}
    assert len(run.mapping["states"]) == 200


def test_wrong_choices_start_nothing_and_are_kept(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket)
    for changes in (
        {"agents-0": "nobody@elsewhere.example"}, {"states-0": "burning"}, {"priorities-0": "999"},
        {"fields-0": "no_such_field"},
    ):  # fmt: skip
        answer = start(at_rocket, url, **changes)
        assert answer.status_code == 422
        [(name, value)] = changes.items()
        assert answer.context["form"][name].value() == value
        assert answer.context["form"].errors[name]
        assert get_run(rocket, url).state == ImportState.PREVIEWED


def test_a_second_click_and_a_second_admin_start_it_once(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket)
    for _ in range(2):
        assert start_again(at_rocket, url).status_code == 302
    assert get_run(rocket, url).state == ImportState.RUNNING
    with desk_scope(rocket.desk):
        assert AuditEntry.objects.filter(action="import_started").count() == 1
    page = at_rocket.post(f"{url}start/", {}, follow=True)
    assert b"The import has already started." in page.content


def start_again(client: Client, url: str) -> Any:
    page = client.get(url)
    return client.post(f"{url}start/", get_choices(page) if page.context["form"] else {})


def test_what_was_never_read_or_has_ended_cannot_be_started(
    rocket: Cast, at_rocket: Client
) -> None:
    url = upload(at_rocket)["Location"]
    page = at_rocket.post(f"{url}start/", {}, follow=True)
    assert b"The file is still being read." in page.content
    at_rocket.post(f"{url}move/", {"move": "cancel"})
    page = at_rocket.post(f"{url}start/", {}, follow=True)
    assert b"The import has ended." in page.content
    assert get_run(rocket, url).state == ImportState.CANCELED


def test_the_part_that_is_followed_holds_the_progress_alone(
    rocket: Cast, at_rocket: Client
) -> None:
    url = prepare(rocket, at_rocket)
    start(at_rocket, url)
    part = at_rocket.get(url, {"part": "progress"}).content.decode()
    assert "data-live-region" in part
    assert "<html" not in part
    assert "Problems by record" not in part
    work(rocket)
    assert "data-live-region" not in at_rocket.get(url, {"part": "progress"}).content.decode()


def test_it_is_paused_resumed_and_canceled(rocket: Cast, at_rocket: Client) -> None:
    url = prepare(rocket, at_rocket)
    start(at_rocket, url)
    for move, state in [("pause", "paused"), ("resume", "running"), ("cancel", "canceled")]:
        assert at_rocket.post(f"{url}move/", {"move": move}).status_code == 302
        assert get_run(rocket, url).state == state
    for move in ("pause", "resume", "cancel", "", "explode"):
        page = at_rocket.post(f"{url}move/", {"move": move}, follow=True)
        assert page.context["messages"]
        assert get_run(rocket, url).state == "canceled"


def test_the_report_is_a_csv_file_without_formulas(rocket: Cast, at_rocket: Client) -> None:
    bad = b'{"id": "=1+1", "requester_id": 1, "status": "open", "created_at": "@SUM(1)"}\n'
    url = prepare(rocket, at_rocket, pack({"tickets.json": bad + b"{broken\n"}))
    start(at_rocket, url)
    work(rocket)
    answer = at_rocket.get(f"{url}problems.csv")
    assert answer["Content-Disposition"].startswith('attachment; filename="rocket-import-')
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert rows[0] == ["Kind", "ID in the old help desk", "Reason"]
    assert ["Files", "tickets.json", "Line 2 isn't valid JSON."] in rows
    assert any(row[1] == "'=1+1" for row in rows)


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "export.zip", "The submitted file is empty."),
        (b"PK\x03\x04broken", "export.zip", "damaged"),
        (pack({"bomb.json": b"0" * 30_000_000}), "bomb.zip", "expands to far more"),
    ],
)
def test_a_file_that_cannot_be_opened_is_refused_at_once(
    content: bytes, name: str, words: str, rocket: Cast, at_rocket: Client
) -> None:
    answer = upload(at_rocket, content, name)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    with desk_scope(rocket.desk):
        assert not ImportRun.objects.exists()


def test_a_file_of_another_help_desk_fails_with_a_reason(rocket: Cast, at_rocket: Client) -> None:
    other = b'{"id": 1, "responder_id": 2, "subject": "Of Freshdesk"}'
    for name, content, words in (
        ("readme.txt", b"hello", "no file with one of these extensions: .json, .ndjson, .jsonl."),
        ("tickets.json", other, "There are no records of this help desk in the file."),
    ):
        url = prepare(rocket, at_rocket, pack({name: content}))
        assert words in at_rocket.get(url).content.decode()
        assert get_run(rocket, url).state == ImportState.FAILED


def test_a_file_beyond_the_stated_limit_is_refused(
    rocket: Cast, at_rocket: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "25.0" in at_rocket.get(PAGE).content.decode()
    monkeypatch.setattr(forms, "get_upload_limit", lambda: 10)
    answer = upload(at_rocket)
    assert answer.status_code == 422
    assert b"Upload it in parts." in answer.content


def test_a_path_that_leads_out_of_the_archive_leads_nowhere(
    rocket: Cast, at_rocket: Client
) -> None:
    evil = {"../../attachments/498483/passwd": b"root", "/etc/attachments/498484/x": b"y"}
    url = prepare(rocket, at_rocket, pack({**load("zendesk_export"), **evil}))
    start(at_rocket, url)
    work(rocket)
    assert get_run(rocket, url).state == ImportState.DONE
    with desk_scope(rocket.desk):
        message = Message.objects.get(ticket__subject="Printer on fire", contact__isnull=False)
        [attachment] = message.attachments.all()
    assert attachment.name == "crash.log"
    assert attachment.file.name.startswith(f"{rocket.desk.pk}/")
    assert attachment.file.open().read() == b"root"


def test_pages_of_another_desk_do_not_exist(
    rocket: Cast, at_rocket: Client, matter: Cast, sign_in: Any
) -> None:
    url = prepare(rocket, at_rocket)
    theirs = sign_in(matter.admin.user)
    number = url.rstrip("/").rpartition("/")[2]
    for path in ("", "problems.csv"):
        assert theirs.get(f"/matter/admin/imports/{number}/{path}").status_code == 404
        assert theirs.get(f"{url}{path}").status_code == 404
    for path in ("start/", "move/"):
        answer = theirs.post(f"/matter/admin/imports/{number}/{path}", {"move": "cancel"})
        assert answer.status_code == 404
    assert get_run(rocket, url).state == ImportState.PREVIEWED


def test_the_next_file_of_a_source_starts_with_the_choices_of_the_last(
    rocket: Cast, at_rocket: Client
) -> None:
    url = prepare(rocket, at_rocket)
    start(at_rocket, url, **{"fields-0": "", "start_clocks": "on"})
    work(rocket)
    form = at_rocket.get(prepare(rocket, at_rocket)).context["form"]
    assert form["fields-0"].value() == ""
    assert form["start_clocks"].value() is True

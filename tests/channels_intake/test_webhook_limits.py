"""Large requests, an unavailable database, and webhook URLs."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.tenancy import desk_scope
from channels_intake import webhooks
from channels_intake.incoming.reading import process_inbound
from channels_intake.models import InboundState
from tests.cast import NOON, Cast
from tests.channels_intake.conftest import all_inbound, make_mail, reload
from tests.channels_intake.test_webhook_payloads import PAYLOADS
from tickets.models import Message

Post = Callable[..., Any]
MIB = 1024 * 1024


def test_a_30_mb_attachment_is_accepted_and_its_mail_processed(rocket: Cast, post: Post) -> None:
    payload = json.loads((PAYLOADS / "postmark.json").read_bytes())
    payload["Attachments"][1]["Content"] = base64.b64encode(bytes(30 * MIB)).decode()

    assert (
        post("/inbound/postmark/", json.dumps(payload).encode(), "application/json").status_code
        == 200
    )

    (inbound,) = all_inbound()
    process_inbound(inbound_id=inbound.pk, at=NOON)
    assert reload(inbound).state == InboundState.PROCESSED
    with desk_scope(rocket.desk):
        message = Message.objects.get()
        assert "nothing works" in message.body_text
        assert {"code": "file_too_large", "name": "log.pdf", "maximum": 25} in message.remark_data


def test_a_whole_mail_in_one_form_field_may_pass_djangos_limit(rocket: Cast, post: Post) -> None:
    mail = make_mail(files=[("dump.bin", bytes(7 * MIB))])
    parts = [
        ("recipient", b"support@rocket.example"),
        ("sender", b"customer@acme.example"),
        ("body-mime", mail),
    ]
    body = b"".join(
        b'--b\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name.encode(), value)
        for name, value in parts
    )

    answer = post("/inbound/mailgun/mime/", body + b"--b--\r\n", "multipart/form-data; boundary=b")

    assert answer.status_code == 200
    (inbound,) = all_inbound()
    process_inbound(inbound_id=inbound.pk, at=NOON)
    assert reload(inbound).state == InboundState.PROCESSED
    with desk_scope(rocket.desk):
        assert Message.objects.get().attachments.get().size == 7 * MIB


def test_a_request_over_the_limit_is_answered_413(
    rocket: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhooks, "MAX_BODY_BYTES", 10)

    assert post("/inbound/postmark/", b"x" * 11, "application/json").status_code == 413
    assert all_inbound() == []


def test_a_database_that_goes_away_while_storing_is_answered_503(
    rocket: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**kwargs: object) -> None:
        raise OperationalError("the connection is lost")

    monkeypatch.setattr(webhooks, "store_inbound", away)
    answer = post("/inbound/postmark/", b"{}", "application/json")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"]


def test_a_database_unavailable_before_the_view_is_answered_503(
    rocket: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(request: object) -> None:
        raise OperationalError("no connection")

    monkeypatch.setattr("accounts.middleware.find_desk", away)

    assert post("/rocket/inbound/postmark/", b"{}", "application/json").status_code == 503


def test_processing_is_queued_after_the_commit(
    rocket: Cast,
    post: Post,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    queued: list[tuple[str, dict[str, object]]] = []
    monkeypatch.setattr(
        "tickets.queueing.queue_once", lambda name, **kwargs: queued.append((name, kwargs))
    )
    with django_capture_on_commit_callbacks(execute=True):
        post("/inbound/postmark/", b"{}", "application/json")

    assert len(all_inbound()) == 1
    assert queued == [("channels_intake.tasks.read_inbound", {})]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("path", "most"), [("/inbound/", 2), ("/rocket/inbound/", 7)])
def test_a_providers_post_is_one_statement_besides_the_role(
    rocket: Cast, matter: Cast, post: Post, path: str, most: int
) -> None:
    body = json.dumps({"OriginalRecipient": "support+x@rocket.example"}).encode()
    post(f"{path}postmark/", body, "application/json")
    connection.close()  # as between two requests
    with CaptureQueriesContext(connection) as asked:
        assert post(f"{path}postmark/", body, "application/json").status_code == 200

    assert len(asked) <= most, [query["sql"] for query in asked]
    assert [row.desk for row in all_inbound()] == [rocket.desk] * 2


def test_only_posts_of_providers_skip_the_middleware_of_people(rocket: Cast, post: Post) -> None:
    assert post("/inbound/nobody/", b"{}", "application/json").status_code == 404
    assert Client().post("/inbound/postmark/", headers={"host": "evil.example"}).status_code == 400


def test_an_email_waits_in_the_share_of_the_desk_that_it_is_addressed_to(
    rocket: Cast, matter: Cast, post: Post
) -> None:
    for recipient in ("support@matter.example", "nobody@else.example", "\ud800"):
        body = json.dumps({"OriginalRecipient": recipient}).encode()
        assert post("/inbound/postmark/", body, "application/json").status_code == 200

    assert [row.desk for row in all_inbound()] == [matter.desk, None, None]


def test_an_unreadable_request_is_shown_to_the_desk_whose_url_it_was_posted_to(
    rocket: Cast, matter: Cast, post: Post
) -> None:
    post("/rocket/inbound/postmark/", b"{", "application/json")

    (inbound,) = all_inbound()
    process_inbound(inbound_id=inbound.pk, at=NOON)
    inbound = reload(inbound)
    assert inbound.state == InboundState.FAILED
    assert inbound.desk == rocket.desk


def test_a_webhook_refuses_get(rocket: Cast) -> None:
    assert Client().get("/inbound/postmark/").status_code == 405

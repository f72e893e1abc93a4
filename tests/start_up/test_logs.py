"""Logging: no warnings for form errors, no secrets from paths."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from helpdesk.logs import LogFormErrorsAsInfo, RedactPathSecrets, redact_secrets


@pytest.mark.parametrize(("status", "level"), [(422, "INFO"), (403, "WARNING"), (500, "ERROR")])
def test_a_form_with_errors_is_logged_at_info(
    caplog: pytest.LogCaptureFixture, status: int, level: str
) -> None:
    request = HttpRequest()
    request.path = "/form/"
    caplog.handler.addFilter(LogFormErrorsAsInfo())
    with caplog.at_level(logging.INFO):
        log_response("%s", "message", request=request, response=HttpResponse(status=status))
    assert [record.levelname for record in caplog.records] == [level]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /rocket/invitation/{token}/ 200", "GET /rocket/invitation/[hidden]/ 200"),
        ("/login/password/reset/key/{token}", "/login/password/reset/key/{token}"),
        ("/rocket/login/password/reset/{token}/", "/rocket/login/password/reset/[hidden]/"),
        ("/login/confirm/{token}/?next=/a", "/login/confirm/[hidden]/?next=/a"),
        ("Not Found: /rocket/files/{token}/7/", "Not Found: /rocket/files/[hidden]/7/"),
        ("/rocket/acknowledgement/{token}/", "/rocket/acknowledgement/[hidden]/"),
        ("/invitation/short/", "/invitation/short/"),
        ("/portal/files/1001/pages/", "/portal/files/1001/pages/"),
        ("/agent/tickets/1001/", "/agent/tickets/1001/"),
    ],
)
def test_tokens_in_paths_are_redacted(text: str, expected: str) -> None:
    token = "t" * 43
    assert redact_secrets(text.format(token=token)) == expected.format(token=token)


def test_a_handler_redacts_the_message_and_its_arguments(caplog: pytest.LogCaptureFixture) -> None:
    path = f"/invitation/{'t' * 43}/"
    caplog.handler.addFilter(RedactPathSecrets())
    with caplog.at_level(logging.INFO):
        logging.getLogger("test").info("%s took %d ms", path, 3)
        logging.getLogger("test").info(f"Not found: {path}")
    assert [record.getMessage() for record in caplog.records] == [
        "/invitation/[hidden]/ took 3 ms",
        "Not found: /invitation/[hidden]/",
    ]

"""Logging: no warnings for form errors, no secrets from paths."""

from __future__ import annotations

import logging

import pytest
from django.http import HttpRequest, HttpResponse
from django.utils.log import log_response

from helpdesk.logs import LogFormErrorsAsInfo


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

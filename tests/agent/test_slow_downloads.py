"""Slow downloads hold a file open, but no database connection."""

from __future__ import annotations

import pytest
from django.core import signals
from django.db import close_old_connections, connection
from django.test import Client

from tests.agent.test_files import keep, path
from tests.cast import Cast
from tickets.attachments.files import NewFile
from tickets.models import Ticket


@pytest.mark.django_db(transaction=True)
def test_a_download_on_its_way_holds_no_connection(
    rocket: Cast, client: Client, ticket: Ticket
) -> None:
    file = keep(rocket, ticket, NewFile("log.txt", "text/plain", b"x" * 100_000))
    # The test client has no server around it that would end the request later than the view.
    signals.request_finished.disconnect(close_old_connections)
    try:
        response = client.get(path(file))
        assert response.streaming
        assert connection.connection is None
        assert b"".join(response.streaming_content) == b"x" * 100_000
    finally:
        signals.request_finished.connect(close_old_connections)

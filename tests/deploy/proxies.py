"""What both proxies must do, as assertions on a running one."""

from __future__ import annotations

from django.urls import reverse, set_script_prefix

from helpdesk import body_limits
from tests.deploy.upstream import Upstream, get, read_arrived

MIB = body_limits.MIB
FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "4711",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Server": "evil.example",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "for=203.0.113.9;host=evil.example",
    "X-Request-ID": "chosen-by-the-client",
}
# The largest request that Plumbline takes for a path, with and without a desk before it.
LIMITS = {
    "/inbound/postmark/": body_limits.MAX_INBOUND_BYTES,
    "/rocket/inbound/postmark/": body_limits.MAX_INBOUND_BYTES,
    "/rocket/channels/telegram/": body_limits.MAX_CHANNEL_BYTES,
    "/code-hosts/1/": body_limits.MAX_EVENT_BYTES + MIB,
    "/rocket/code-hosts/1/": body_limits.MAX_EVENT_BYTES + MIB,
    "/rocket/messenger/token/messages/": body_limits.MAX_VISITOR_BYTES,
    "/form/token/": body_limits.MAX_VISITOR_BYTES,
    "/rocket/agent/tickets/1/": 25 * MIB + body_limits.FORM_SLACK_BYTES,
    "/portal/": 25 * MIB + body_limits.FORM_SLACK_BYTES,
    "/admin/": 25 * MIB + body_limits.FORM_SLACK_BYTES,
    "/rocket/api/v1/tickets/": body_limits.MAX_OTHER_BYTES,
    "/login/": body_limits.MAX_OTHER_BYTES,
}
MAX_SLACK = 34 * MIB  # what a proxy lets through beyond Plumbline's own limit


def check_forged_headers(port: int) -> None:
    response = get(port, "/login/", FORGED)
    assert response.status == 200
    arrived = read_arrived(response)
    assert arrived["host"] == ["help.example.com"]
    assert arrived["x-forwarded-for"] == ["127.0.0.1"]
    assert arrived["x-forwarded-proto"] == ["https"]
    assert len(arrived["x-request-id"]) == 1
    text = str(arrived)
    assert [value for value in FORGED.values() if value in text and value != "http"] == []
    assert "evil" not in text
    assert not {"forwarded", "x-real-ip", "x-forwarded-port"} & set(arrived)


def check_streams(port: int, upstream: Upstream) -> None:
    """The first line arrives while the stream goes on."""
    set_script_prefix("/")  # the last test's request left its desk's prefix
    paths = [reverse("agent:stream"), reverse("messenger:stream", args=["token"])]
    for path in [*paths, *(f"/rocket{path}" for path in paths)]:
        response = get(port, path)
        assert response.readline() == b"data: first\n"
        assert path not in upstream.ended


def check_metrics(port: int, upstream: Upstream) -> None:
    assert get(port, "/metrics").status == 404
    assert "/metrics" not in upstream.paths

"""A fake of Sentry and of a collector of traces: it keeps whatever is posted to it."""

from __future__ import annotations

import gzip
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest


class Collector:
    """Listens on a free port of this computer until it is closed."""

    def __init__(self) -> None:
        self.received: list[tuple[str, dict[str, str], bytes]] = []
        received = self.received

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.headers.get("Content-Encoding") == "gzip":
                    body = gzip.decompress(body)
                headers = {name.lower(): value for name, value in self.headers.items()}
                received.append((self.path, headers, body))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    @property
    def dsn(self) -> str:
        return f"http://key@127.0.0.1:{self.port}/1"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def list_errors(self) -> list[dict[str, Any]]:
        """Return the events of Sentry's envelopes."""
        events = []
        for path, _headers, body in self.received:
            if path == "/api/1/envelope/":
                _envelope, *items = [json.loads(line) for line in body.splitlines() if line]
                kinds = items[::2]
                events += [
                    item
                    for kind, item in zip(kinds, items[1::2], strict=True)
                    if kind["type"] == "event"
                ]
        return events

    def list_spans(self) -> list[Any]:
        """Return the spans that arrived by OTLP."""
        spans = []
        for path, _headers, body in self.received:
            if path == "/v1/traces":
                request = ExportTraceServiceRequest.FromString(body)
                for resource in request.resource_spans:
                    for scope in resource.scope_spans:
                        spans += scope.spans
        return spans

    def read_all(self) -> str:
        """Return all bodies as one text."""
        return "\n".join(body.decode("utf-8", "replace") for _, _, body in self.received)


def read_attributes(span: Any) -> dict[str, Any]:
    """Return a span's attributes."""
    return {
        each.key: each.value.int_value
        if each.value.HasField("int_value")
        else each.value.string_value
        for each in span.attributes
    }

"""A server of iCalendar feeds on this machine."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class FeedServer:
    """A server and its responses. `moved`: the redirects by path."""

    port: int = 0
    status: int = 200
    body: bytes = b""
    moved: dict[str, str] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/holidays.ics"


@contextmanager
def serve_feeds() -> Iterator[FeedServer]:
    """Serve on a free port."""
    feeds = FeedServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            feeds.asked.append(self.path)
            target = feeds.moved.get(self.path)
            self.send_response(302 if target else feeds.status)
            if target:
                self.send_header("Location", target)
            self.send_header("Content-Length", str(len(feeds.body)))
            self.end_headers()
            self.wfile.write(feeds.body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    feeds.port = server.server_port
    yield feeds
    server.shutdown()
    server.server_close()

"""Fakes of GitHub (REST API 2022-11-28) and GitLab (REST API v4) over real HTTP.

They check path, method, credentials and required headers, give lists in pages of at most 100 with a
Link header, and answer errors and rate limits as the vendors document them. `asked` has every
request. Sources: docs.github.com/rest and docs.gitlab.com/api.
"""

from __future__ import annotations

import json
import re
import socket
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

from tests.code_hosts.app_fake import AppFake

TOKEN = "fake-token"
REPOSITORY = "acme/server"
TIME = "2026-11-25T12:00:00Z"
Answer = tuple[int, Any]


@dataclass
class HostFake:
    """The repository, and knobs that make the next requests go wrong."""

    is_gitlab: bool = False
    issues: dict[int, dict[str, Any]] = field(default_factory=dict)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    releases: list[dict[str, Any]] = field(default_factory=list)
    commits: dict[str, list[str]] = field(default_factory=dict)  # by tag: all up to it, in order
    app: AppFake = field(default_factory=AppFake)  # GitHub's
    members: dict[int, int] = field(default_factory=lambda: {1: 40})  # GitLab's: ID and role
    scopes: list[str] = field(default_factory=lambda: ["api"])  # of GitLab's token
    hidden: set[str] = field(default_factory=set)  # lists that GitHub's token may not read
    about: dict[str, Any] = field(default_factory=dict)  # more about the repository
    asked: list[str] = field(default_factory=list)
    next_answers: deque[tuple[int, dict[str, str], Any]] = field(default_factory=deque)
    loses_answers: bool = False
    is_down: bool = False
    per_page: int = 100
    url: str = ""

    def fail_next(self, status: int, headers: dict[str, str] | None = None, **body: Any) -> None:
        """Let the next request fail in this way."""
        self.next_answers.append((status, headers or {}, body))

    def add_release(self, tag: str, at: str, commits: list[str]) -> None:
        """Publish a release. commits: all up to its tag."""
        self.commits[tag] = commits
        times = {"released_at": at} if self.is_gitlab else {"published_at": at, "draft": False}
        url = f"{self.url}/{REPOSITORY}/releases/{tag}"
        links = {"_links": {"self": url}} if self.is_gitlab else {"html_url": url}
        self.releases.append({"tag_name": tag, "name": tag, **times, **links})

    def answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        """Return status and content; a list is cut into pages by the handler."""
        if self.is_gitlab and path == "/api/v4/personal_access_tokens/self":
            return 200, {"id": 42, "scopes": self.scopes, "active": True}
        prefix = "/api/v4/projects/acme%2Fserver" if self.is_gitlab else f"/repos/{REPOSITORY}"
        if path != prefix and not path.startswith(prefix + "/"):
            return 404, {"message": "404 Project Not Found" if self.is_gitlab else "Not Found"}
        rest = path.removeprefix(prefix)
        if rest == "":
            return 200, self._describe() | self.about
        if rest.removeprefix("/") in self.hidden:
            return 403, {"message": "Resource not accessible by personal access token"}
        if found := re.fullmatch(r"/members/all/(\d+)", rest) if self.is_gitlab else None:
            role = self.members.get(int(found[1]))
            return (200, {"id": int(found[1]), "access_level": role}) if role else (
                404, {"message": "404 Not found"}
            )  # fmt: skip
        if rest == "/pulls" and not self.is_gitlab:
            return 200, list(self.pulls.values())
        if rest == "/issues":
            return self._create(body) if method == "POST" else (200, list(self.issues.values()))
        if found := re.fullmatch(r"/(issues|pulls|merge_requests)/(\d+)", rest):
            rows = self.issues if found[1] == "issues" else self.pulls
            row = rows.get(int(found[2]))
            return (200, row) if row else (404, {"message": "Not Found"})
        if rest == "/releases":
            return 200, list(reversed(self.releases))
        return self._list_commits(rest, query)

    def _describe(self) -> dict[str, Any]:
        if not self.is_gitlab:
            return {"id": 1, "full_name": REPOSITORY, "has_issues": True}
        roles = {"project_access": {"access_level": 40}, "group_access": None}
        return {"id": 1, "issues_access_level": "enabled", "permissions": roles}

    def _create(self, body: Any) -> Answer:
        text, title = ("description", "title") if self.is_gitlab else ("body", "title")
        if not isinstance(body, dict) or not body.get(title):
            return (400, {"error": "title is missing"}) if self.is_gitlab else (
                422, {"message": "Validation Failed"}
            )  # fmt: skip
        number = len(self.issues) + 1
        self.issues[number] = build_issue(
            number, body[title], body.get(text, ""), body.get("labels"), self
        )
        return 201, self.issues[number]

    def _list_commits(self, rest: str, query: dict[str, str]) -> Answer:
        name = "id" if self.is_gitlab else "sha"
        if self.is_gitlab and rest == "/repository/compare":
            base, head = query.get("from", ""), query.get("to", "")
        elif not self.is_gitlab and (found := re.fullmatch(r"/compare/(.+)\.\.\.(.+)", rest)):
            base, head = unquote(found[1]), unquote(found[2])
        elif rest in {"/commits", "/repository/commits"}:
            base, head = "", query.get("ref_name" if self.is_gitlab else "sha", "")
            return 200, [{name: sha} for sha in self.commits.get(head, [])]
        else:
            return 404, {"message": "Not Found"}
        if base not in self.commits or head not in self.commits:
            return 404, {"message": "Not Found"}
        new = [sha for sha in self.commits[head] if sha not in self.commits[base]]
        return 200, {"commits": [{name: sha} for sha in new]}


def build_issue(number: int, title: str, text: str, labels: Any, fake: HostFake) -> dict[str, Any]:
    """Return an issue as the API describes it."""
    common = {"title": title, "updated_at": TIME, "assignees": []}
    if fake.is_gitlab:
        names = labels.split(",") if labels else []
        url = f"{fake.url}/{REPOSITORY}/-/issues/{number}"
        return {
            **common, "iid": number, "description": text, "state": "opened", "labels": names,
            "web_url": url,
        }  # fmt: skip
    rows = [{"name": name} for name in labels or []]
    url = f"{fake.url}/{REPOSITORY}/issues/{number}"
    return {
        **common, "number": number, "body": text, "state": "open", "labels": rows, "html_url": url,
    }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: HostFake

    def do_GET(self) -> None:
        self.respond("GET", None)

    def do_POST(self) -> None:
        size = int(self.headers.get("Content-Length") or 0)
        self.respond("POST", json.loads(self.rfile.read(size) or b"null"))

    def respond(self, method: str, body: Any) -> None:
        fake, parts = self.fake, urlsplit(self.path)
        if fake.is_down:
            self.hang_up()
            return
        fake.asked.append(f"{method} {self.path}")
        if fake.next_answers and self.path.startswith("/app/"):
            status, headers, content = fake.next_answers.popleft()
            self.send(status, content, headers)
        elif self.path.startswith("/app/") and not fake.is_gitlab:
            self.send(*fake.app.issue(self.path, self._get_bearer(), body))
        elif refusal := self._check_headers():
            self.send(*refusal)
        elif fake.next_answers:
            status, headers, content = fake.next_answers.popleft()
            self.send(status, content, headers)
        else:
            query = dict(parse_qsl(parts.query))
            status, content = fake.answer(method, parts.path, query, body)
            if fake.loses_answers:
                self.hang_up()
                return
            self.send(status, *self._cut(content, query, parts.path))

    def hang_up(self) -> None:
        """Close the connection without a response."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _check_headers(self) -> Answer | None:
        if self.fake.is_gitlab:
            is_known = self.headers.get("PRIVATE-TOKEN") == TOKEN
            return None if is_known else (401, {"message": "401 Unauthorized"})
        if not self.headers.get("User-Agent"):
            return 403, {"message": "Request forbidden by administrative rules."}
        if self.headers.get("X-GitHub-Api-Version") != "2022-11-28":
            return 400, {"message": "Unsupported API version"}
        is_known = self._get_bearer() == TOKEN or self.fake.app.is_valid(self._get_bearer())
        return None if is_known else (401, {"message": "Bad credentials"})

    def _get_bearer(self) -> str:
        return str(self.headers.get("Authorization", "")).removeprefix("Bearer ")

    def _cut(self, content: Any, query: dict[str, str], path: str) -> tuple[Any, dict[str, str]]:
        """Return one page of a list, or of a comparison's commits, and the Link header."""
        is_compared = isinstance(content, dict) and "commits" in content
        rows = content["commits"] if is_compared else content
        if not isinstance(rows, list) or (is_compared and self.fake.is_gitlab):
            return content, {}
        size = min(int(query.get("per_page", "30")), self.fake.per_page)
        page = int(query.get("page", "1"))
        shown, is_last = rows[(page - 1) * size : page * size], page * size >= len(rows)
        following = urlencode({**query, "page": page + 1})
        link = {} if is_last else {"Link": f'<{self.fake.url}{path}?{following}>; rel="next"'}
        return ({**content, "commits": shown} if is_compared else shown), link

    def send(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: answers are lost on purpose."""


@contextmanager
def serve_host(*, is_gitlab: bool = False) -> Iterator[HostFake]:
    """A fake that listens on this machine until the block ends."""
    fake = HostFake(is_gitlab=is_gitlab)
    server = Server(("127.0.0.1", 0), type("Bound", (Handler,), {"fake": fake}))
    fake.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
    ).start()
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()

"""What the fakes of Meta's channels share: the Graph API's front door, and signed webhooks.

After "Overview", "Handle Errors", "Rate Limits", "Secure Requests" and "Webhooks" of the Graph API
at developers.facebook.com: a version in the path, an access token, appsecret_proof, errors with
code and subcode, usage headers, the handshake, and X-Hub-Signature-256.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes
from itertools import count
from typing import Any

import requests

from helpdesk.demo.vendors.contract import HOOK_SECONDS, Call, FakeVendor, Reply

VERSIONS = {"v21.0", "v22.0", "v23.0", "v24.0", "v25.0", "v26.0"}
CHALLENGE = "1158201444"
_PATH = re.compile(r"/(v\d+\.\d)/(.+)")


class GraphProblem(Exception):
    """An error that Graph answers."""

    def __init__(
        self, code: int, message: str, *, subcode: int = 0, status: int = 400, **headers: str
    ) -> None:
        super().__init__(message)
        error: dict[str, Any] = {"message": message, "type": "OAuthException", "code": code}
        error |= {"error_subcode": subcode} if subcode else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.reply = Reply(status, {"error": {**error, "fbtrace_id": "AcFake"}}, named)


@dataclass
class Place:
    """A page, an Instagram account or a phone number, and the app that it is connected to."""

    kind: str
    external_id: str
    url: str
    access_token: str
    app_secret: str
    verify_token: str
    is_expired: bool = False


@dataclass
class Delivery:
    """A webhook, as it was sent."""

    url: str
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


class GraphVendor(FakeVendor):
    """A part of the Graph API. Subclasses answer in ``answer_graph``.

    now: the vendor's clock. minutes_blocked: until its use case takes calls again; 0 for now.
    sent: the webhooks so far.
    """

    def __init__(self) -> None:
        super().__init__()
        self.now: Callable[[], datetime] = lambda: datetime.now(UTC)
        self.places: dict[str, Place] = {}
        self.files: dict[str, tuple[bytes, str]] = {}
        self.sent: list[Delivery] = []
        self.minutes_blocked = 0
        self.numbers = count(1)

    def begin_at(self, number: int) -> None:
        """Count from this number on."""
        super().begin_at(number)
        self.numbers = count(number + 1)

    def answer(self, call: Call) -> Reply:
        """Check what Graph checks for every request, and answer it."""
        try:
            return self._answer(call)
        except GraphProblem as problem:
            return problem.reply

    def _answer(self, call: Call) -> Reply:
        found = _PATH.fullmatch(call.path)
        if found is None:
            raise GraphProblem(2500, "Unknown path components: " + call.path)
        if found[1] not in VERSIONS:
            raise GraphProblem(2635, f"You are calling a deprecated version, {found[1]}.")
        place = self.check_token(call)
        if self.minutes_blocked:
            self.refuse_for_now(place)
        return Reply(200, self.answer_graph(place, call, found[2]))

    def answer_graph(self, place: Place, call: Call, path: str) -> Mapping[str, Any]:
        """Return what Graph answers. path: below the version. Raises GraphProblem."""
        raise NotImplementedError

    def check_token(self, call: Call) -> Place:
        """Return the place of the access token, with the app's proof for it."""
        token = call.get_header("Authorization").removeprefix("Bearer ")
        place = next((one for one in self.places.values() if one.access_token == token), None)
        if place is None:
            raise GraphProblem(190, "Invalid OAuth access token.", status=401)
        if place.is_expired:
            said = "Error validating access token: Session has expired."
            raise GraphProblem(190, said, subcode=463, status=401)
        proof = hmac.new(place.app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(call.query.get("appsecret_proof", ""), proof):
            raise GraphProblem(100, "Invalid appsecret_proof provided in the API argument")
        return place

    def refuse_for_now(self, place: Place) -> None:
        """Refuse a call beyond the rate limit of its use case."""
        use = {"type": "messenger", "call_count": 100, "total_cputime": 25, "total_time": 25}
        use["estimated_time_to_regain_access"] = self.minutes_blocked
        usage = json.dumps({place.external_id: [use]})
        said = "Calls to this api have exceeded the rate limit."
        raise GraphProblem(613, said, subcode=1893016, X_Business_Use_Case_Usage=usage)

    def connect(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Connect a place to a webhook, as an admin does in the app's dashboard."""
        secrets = data["secrets"]
        place = Place(
            kind=data["kind"],
            external_id=data["external_id"],
            url=data["url"],
            access_token=secrets["access_token"],
            app_secret=secrets["app_secret"],
            verify_token=secrets["verify_token"],
        )
        self.places[place.external_id] = place
        return {"connected": place.external_id}

    def verify(self, place: Place, verify_token: str = "") -> bool:
        """Send the handshake. Return True if the webhook answered with the challenge."""
        query = {"hub.mode": "subscribe", "hub.challenge": CHALLENGE}
        query["hub.verify_token"] = verify_token or place.verify_token
        try:
            answer = requests.get(place.url, params=query, timeout=HOOK_SECONDS)
        except requests.RequestException:
            return False
        return answer.status_code == 200 and answer.text == CHALLENGE

    def get_place(self, data: Mapping[str, Any]) -> Place:
        """Return the place that an action is about."""
        named = data.get("connection")
        return self.places[named] if named else next(iter(self.places.values()))

    def notify(self, place: Place, content: Mapping[str, Any], *, url: str = "") -> int:
        """Send a signed webhook. Return the status that came back."""
        # Meta escapes all but ASCII before it signs.
        body = json.dumps(content).encode()
        digest = hmac.new(place.app_secret.encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        self.sent.append(Delivery(url or place.url, body, headers))
        return self.deliver(url or place.url, body, headers)

    def repeat(self, delivery: Delivery | None = None) -> int:
        """Send a webhook again, as Meta does for a day and a half if it isn't taken."""
        again = delivery or self.sent[-1]
        return self.deliver(again.url, again.body, again.headers)

    def get_millis(self) -> int:
        """Return the time as Meta gives it, in milliseconds."""
        return int(self.now().timestamp() * 1000)


def make_person_id(name: str) -> str:
    """Return the ID of a person, the same for the same name."""
    return str(int(hashlib.sha256(name.encode()).hexdigest()[:15], 16))


def read_form(call: Call) -> tuple[dict[str, str], dict[str, tuple[str, str, bytes]]]:
    """Return the fields and the files of a multipart body: name, content type, content."""
    head = f"Content-Type: {call.get_header('Content-Type')}\r\n\r\n".encode()
    fields: dict[str, str] = {}
    files: dict[str, tuple[str, str, bytes]] = {}
    for part in message_from_bytes(head + call.body).get_payload():
        if isinstance(part, str):
            continue
        name = str(part.get_param("name", header="content-disposition"))
        content = part.get_payload(decode=True)
        raw = content if isinstance(content, bytes) else b""
        if file_name := part.get_filename():
            files[name] = (file_name, part.get_content_type(), raw)
        else:
            fields[name] = raw.decode()
    return fields, files

"""A fake of Freshcaller: its API, its agents, and the app that forwards its events.

Written after https://developers.freshcaller.com/api (status codes, the error response, the call
object, the call participant object, recordings as 302 with a Location, users, user statuses),
https://developers.freshworks.com/docs/app-sdk/v3.0/call/serverless-apps/product-events/oncall
(onCallCreate, onCallUpdate) and https://community.freshworks.dev/t/freshcaller-api-call-status/5550
(call_status of participants). The app is the one in docs/hotline.md: it posts the payload as it is,
with the secret as a bearer token.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from helpdesk.demo.vendors.contract import Call, FakeVendor, Play, PlayField, Reply

MAX_PER_PAGE = 1_000
PER_MINUTE = 1_000
AUDIO = b"ID3\x04\x00\x00\x00\x00\x00\x00" + b"\x00" * 64
LINE = "+12133701559"
NOT_FOUND = {"error_type": "record_not_found", "message": "Couldn't find Call", "errors": []}
RECORDING_OF = re.compile(r"/api/v1/calls/([0-9]+)/recording")
CALL_OF = re.compile(r"/api/v1/calls/([0-9]+)")
USER_OF = re.compile(r"^\s*(\S+@\S+)\s*=", re.MULTILINE)  # the setting "agents"
CALLER_FIELDS = (
    PlayField("number", "Number", initial="+49 30 1234567"),
    PlayField("name", "Name", initial="Ines Duarte"),
)
AGENT_FIELD = PlayField("agent", "Email address of the agent", initial="agent@phones.example")


@dataclass
class Account:
    """An account with its key, its users, its calls, and the app's settings."""

    name: str
    api_key: str = ""
    hook: str = ""
    secret: str = ""
    users: dict[int, str] = field(default_factory=dict)  # addresses
    available: set[int] = field(default_factory=set)
    calls: dict[int, dict[str, Any]] = field(default_factory=dict)


class Freshcaller(FakeVendor):
    """Accounts by their names. now: the vendor's clock, which tests set."""

    name = "freshcaller"
    title = "Freshcaller"
    kinds = ("hotline",)
    plays = (
        Play("call", "Call the hotline", CALLER_FIELDS),
        Play("take", "Take the last call", (AGENT_FIELD,)),
        Play("end", "End the last call"),
        Play("miss", "Let the last call ring out"),
        Play("voicemail", "Leave a voicemail"),
        Play("status", "Sign an agent in or out", (AGENT_FIELD,)),
    )

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.now = now
        self.accounts: dict[str, Account] = {}
        self.requests = 0
        self.sends_events = True  # False: the app isn't installed, or Freshworks is late
        self.audio = AUDIO

    # --- The API --------------------------------------------------------------------------------

    def answer(self, call: Call) -> Reply:
        if call.path.startswith("/recordings/"):
            return Reply(200, self.audio, {"Content-Type": "audio/mpeg"})
        key = call.get_header("X-Api-Auth")
        account = next((one for one in self.accounts.values() if key and one.api_key == key), None)
        if account is None:
            return _refuse(401, "unauthenticated", "Invalid API key")
        self.requests += 1
        if self.requests > PER_MINUTE:
            error = {"error_type": "too_many_requests", "message": "Too many requests"}
            return Reply(429, error | {"errors": []}, {"Retry-After": "60"})
        if call.method != "GET":
            return _refuse(404, "route_not_found", "No such route")
        return self._answer_get(call, account)

    def _answer_get(self, call: Call, account: Account) -> Reply:
        if call.path == "/api/v1/calls":
            return _page(call, "calls", _filter(call, list(account.calls.values())))
        if call.path == "/api/v1/users":
            users = [{"id": one, "email": email} for one, email in account.users.items()]
            return _page(call, "users", users)
        if call.path == "/api/v1/user_statuses":
            return Reply(200, {"user_statuses": [_show(account, one) for one in account.users]})
        if found := RECORDING_OF.fullmatch(call.path):
            known = account.calls.get(int(found[1]), {}).get("recording")
            where = {"Location": f"{self.url}/recordings/{found[1]}.mp3"}
            return Reply(302, {}, where) if known else Reply(404, NOT_FOUND)
        if found := CALL_OF.fullmatch(call.path):
            known = account.calls.get(int(found[1]))
            return Reply(200, {"call": known}) if known else Reply(404, NOT_FOUND)
        return _refuse(404, "route_not_found", "No such route")

    # --- The people -----------------------------------------------------------------------------

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        with self.lock:
            if action == "connect":
                return self._connect(data)
            account = self._get_account(data)
            acts = {"call": self._call, "status": self._change_status}
            act = acts[action] if action in acts else self._change_call(action)
            return act(account, data)

    def _connect(self, data: Mapping[str, Any]) -> dict[str, Any]:
        secrets = data.get("secrets", {})
        account = self.accounts.setdefault(data["external_id"], Account(data["external_id"]))
        account.api_key, account.secret = secrets.get("api_key", ""), secrets.get("secret", "")
        account.hook = data["url"]
        for address in USER_OF.findall(data.get("settings", {}).get("agents", "")):
            self.add_user(account, address)
        return {}

    def _get_account(self, data: Mapping[str, Any]) -> Account:
        return self.accounts[data.get("connection") or next(iter(self.accounts))]

    def _call(self, account: Account, data: Mapping[str, Any]) -> dict[str, Any]:
        calls = sum(len(one.calls) for one in self.accounts.values())
        call_id = 135 + self.first_number + calls
        is_outgoing = data.get("direction") == "outgoing"
        caller = {
            "id": call_id * 10 + 1,
            "call_id": call_id,
            "caller_id": call_id + 7_994_085,
            "caller_number": data.get("number", ""),
            "caller_name": data.get("name") or data.get("number", ""),
            "participant_id": call_id + 37_931_648,
            "participant_type": "Customer",
            "connection_type": 0,
            "call_status": 0,
            "duration": 0,
            "duration_unit": "seconds",
            "enqueued_time": None,
        }
        call = {
            "id": call_id,
            "direction": "outgoing" if is_outgoing else "incoming",
            "parent_call_id": None,
            "root_call_id": None,
            "phone_number_id": 46_851,
            "phone_number": LINE,
            "assigned_agent_id": None,
            "assigned_team_id": None,
            "bill_duration": None,
            "bill_duration_unit": "seconds",
            "created_time": self._write_time(),
            "updated_time": self._write_time(),
            "call_notes": None,
            "recording": None,
            "integrated_resources": [],
            "participants": [caller],
        }
        account.calls[call_id] = call
        if data.get("agent"):
            call["assigned_agent_id"] = self.add_user(account, data["agent"])
        self._forward(account, "onCallCreate", call)
        return {"id": call_id}

    def add_user(self, account: Account, email: str, *, is_available: bool = True) -> int:
        """Return the ID of the user with an address, new or known."""
        known = {address: user for user, address in account.users.items()}
        user = known.get(email) or 139_694 + len(account.users)
        account.users[user] = email
        if is_available:
            account.available.add(user)
        return user

    def _change_status(self, account: Account, data: Mapping[str, Any]) -> dict[str, Any]:
        user = self.add_user(account, data["agent"], is_available=False)
        account.available ^= {user}
        return {"available": user in account.available}

    def _change_call(self, action: str) -> Callable[[Account, Mapping[str, Any]], dict[str, Any]]:
        change = {
            "take": self._take,
            "end": self._end,
            "miss": self._miss,
            "voicemail": self._leave_voicemail,
        }[action]

        def act(account: Account, data: Mapping[str, Any]) -> dict[str, Any]:
            call = account.calls[int(data.get("call") or max(account.calls))]
            change(account, call, data)
            call["updated_time"] = self._write_time()
            self._forward(account, "onCallUpdate", call)
            return {"id": call["id"]}

        return act

    def _take(self, account: Account, call: dict[str, Any], data: Mapping[str, Any]) -> None:
        user = self.add_user(account, data["agent"])
        call["assigned_agent_id"] = user
        call["participants"].append(
            {
                "id": call["id"] * 10 + len(call["participants"]) + 1,
                "call_id": call["id"],
                "caller_id": None,
                "caller_number": None,
                "caller_name": None,
                "participant_id": user,
                "participant_type": "Agent",
                "connection_type": 1,
                "call_status": 1,
                "duration": None,
                "duration_unit": "seconds",
            }
        )

    def _end(self, account: Account, call: dict[str, Any], data: Mapping[str, Any]) -> None:
        call["bill_duration"] = data.get("seconds", 192)
        call["participants"][0] |= {"call_status": 1, "duration": data.get("seconds", 192)}
        if data.get("is_recorded", True):
            call["recording"] = self._record(call)

    def _miss(self, account: Account, call: dict[str, Any], data: Mapping[str, Any]) -> None:
        call["bill_duration"] = 0
        call["participants"][0]["call_status"] = 3

    def _leave_voicemail(
        self, account: Account, call: dict[str, Any], data: Mapping[str, Any]
    ) -> None:
        self._miss(account, call, data)
        call["recording"] = self._record(call)

    def _record(self, call: Mapping[str, Any]) -> dict[str, Any]:
        url = f"{self.url}/api/v1/calls/{call['id']}/recording"
        return {"id": call["id"] + 900, "url": url, "duration": 42, "duration_unit": "seconds"}

    def _forward(self, account: Account, event: str, call: Mapping[str, Any]) -> None:
        """Post an event as the app of docs/hotline.md does."""
        if not account.hook or not self.sends_events:
            return
        body = json.dumps(self.make_event(account, event, call)).encode()
        bearer = {"Authorization": f"Bearer {account.secret}", "Content-Type": "application/json"}
        self.deliver(account.hook, body, bearer)

    def make_event(self, account: Account, event: str, call: Mapping[str, Any]) -> dict[str, Any]:
        """Return the payload of an event, without the app's settings."""
        return {
            "currentHost": {
                "subscribed_modules": ["call"],
                "endpoint_urls": {"freshcaller": f"https://{account.name}.freshcaller.com"},
            },
            "data": {"actor": {"type": "system"}, "associations": {}, "call": dict(call)},
            "event": event,
            "region": "US",
            "timestamp": int(self.now().timestamp()),
        }

    def _write_time(self) -> str:
        return self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3] + "Z"


def _refuse(status: int, error_type: str, message: str) -> Reply:
    return Reply(status, {"error_type": error_type, "message": message, "errors": []})


def _show(account: Account, user: int) -> dict[str, Any]:
    is_available = user in account.available
    status = "available" if is_available else "offline"
    return {"user_id": user, "available": is_available, "on_call": False, "status": status}


def _filter(call: Call, calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the calls of by_time[from] to by_time[to], newest first."""
    since, until = call.query.get("by_time[from]", ""), call.query.get("by_time[to]", "9")
    kept = [one for one in calls if since <= one["created_time"] and one["created_time"] <= until]
    return sorted(kept, key=lambda one: -int(one["id"]))


def _page(call: Call, name: str, rows: list[dict[str, Any]]) -> Reply:
    try:
        per_page, page = int(call.query.get("per_page", 25)), int(call.query.get("page", 1))
    except ValueError:
        return _refuse(422, "model_validation_failed", "page is invalid")
    if not 1 <= per_page <= MAX_PER_PAGE or page < 1:
        return _refuse(422, "model_validation_failed", "per_page is invalid")
    total = max(1, -(-len(rows) // per_page))
    shown = rows[(page - 1) * per_page : page * per_page]
    meta = {"current": page, "total_pages": total, "total_count": len(rows)}
    return Reply(200, {name: shown, "meta": meta})

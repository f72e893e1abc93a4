"""A fake of any telephone system that posts the JSON of docs/hotline.md, signed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from helpdesk.demo.vendors.contract import Call, FakeVendor, Play, PlayField, Reply

NUMBER = PlayField("number", "Number", initial="+1 213 370 1560")
NAME = PlayField("name", "Name", initial="Sam Okafor")
AGENT = PlayField("agent", "Email address of the agent", initial="agent@phones.example")


class PhoneSystem(FakeVendor):
    """Calls by their IDs. Recordings are at /recordings/."""

    name = "phone_system"
    title = "Telephone system"
    kinds = ("calls",)
    plays = (
        Play("call", "Call", (NUMBER, NAME)),
        Play("take", "Take the last call", (AGENT,)),
        Play("end", "End the last call"),
        Play("miss", "Let the last call ring out"),
    )

    def __init__(self, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        super().__init__()
        self.now = now
        self.hook = self.secret = ""
        self.calls: list[dict[str, Any]] = []

    def answer(self, call: Call) -> Reply:
        if call.method == "GET" and call.path.startswith("/recordings/"):
            return Reply(200, b"RIFF\x00\x00\x00\x00WAVE", {"Content-Type": "audio/wav"})
        return Reply(404, {"error": "not found"})

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        if action == "connect":
            self.hook, self.secret = data["url"], data.get("secrets", {}).get("secret", "")
            return {}
        if action == "call":
            self.calls.append(self._begin(data))
        self.calls[-1] |= self._change(action, data) | {"at": self.now().isoformat()}
        return {"status": self.send(self.calls[-1])}

    def _begin(self, data: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "call_id": f"c-{self.first_number + len(self.calls) + 1}",
            "direction": data.get("direction", "incoming"),
            "number": data.get("number", ""),
            "name": data.get("name", ""),
            "line": "+12133701559",
            "started_at": self.now().isoformat(),
        }

    def _change(self, action: str, data: Mapping[str, Any]) -> dict[str, Any]:
        recording = f"{self.url}/recordings/{self.calls[-1]['call_id']}.wav"
        return {
            "call": {"state": "ringing"},
            "take": {"state": "answered", "agent": data.get("agent", "")},
            "miss": {"state": "missed"},
            "end": {
                "state": "ended",
                "seconds": 75,
                "recording_url": recording,
                "recording_type": "audio/wav",
            },
        }[action]

    def send(self, call: Mapping[str, Any]) -> int:
        """Post a call to the webhook. Return the status that came back."""
        body = json.dumps(call).encode()
        signature = hmac.new(self.secret.encode(), body, hashlib.sha256).hexdigest()
        return self.deliver(self.hook, body, {"X-Plumbline-Signature": f"sha256={signature}"})

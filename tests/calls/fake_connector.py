"""A connector whose responses the test chooses."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

from channels_intake.calls.errors import Sent
from channels_intake.models import OutgoingCall


@dataclass
class FakeConnector:
    """Sends nothing. answers: what the next calls raise or return; afterwards all succeed."""

    answers: deque[Exception | Sent] = field(default_factory=deque)
    sent: list[str] = field(default_factory=list)
    finished: list[tuple[str, bool]] = field(default_factory=list)

    def send(self, call: OutgoingCall, *, at: datetime) -> Sent:
        answer = self.answers.popleft() if self.answers else Sent(201, "Created")
        if isinstance(answer, Exception):
            raise answer
        self.sent.append(call.key)
        return answer

    def finish(self, call: OutgoingCall, sent: Sent | None, *, at: datetime) -> None:
        self.finished.append((call.key, sent is not None))

"""What is known of a call, as its conversation keeps it, and the items that report it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext as _

from channels_intake.connections.contract import (
    Incoming,
    Item,
    Person,
    RemoteFile,
    Report,
    UnreadableError,
)

MAX_NAME = 120


class CallState(StrEnum):
    """States of a call, in their order. MISSED and VOICEMAIL: nobody took it."""

    RINGING = "ringing"
    ANSWERED = "answered"
    ENDED = "ended"
    MISSED = "missed"
    VOICEMAIL = "voicemail"


UNANSWERED = frozenset({CallState.MISSED, CallState.VOICEMAIL})


@dataclass(frozen=True, slots=True)
class Call:
    """A call as a phone system reports it.

    id: the system's. number: the customer's, as E.164, or "" if it is withheld. line: the desk's
    number. agent: the vendor's ID or the email address of the agent who takes it, or "". seconds:
    how long it took, or None while it isn't over. recording: where it is fetched, or "".
    """

    id: str
    is_incoming: bool
    number: str
    line: str
    state: CallState
    started_at: datetime
    reported_at: datetime
    name: str = ""
    agent: str = ""
    seconds: int | None = None
    recording: str = ""
    recording_type: str = ""

    @property
    def external_id(self) -> str:
        """The ID of its conversation."""
        return f"call:{self.id}"

    @property
    def caller(self) -> str:
        """The customer's number, or that they withheld it."""
        return self.number or _("a withheld number")

    def to_data(self) -> dict[str, Any]:
        """Return its facts as the conversation stores them. Empty ones aren't known yet."""
        facts = asdict(self) | {
            "state": self.state.value,
            "started_at": self.started_at.astimezone(UTC).isoformat(),
            "reported_at": self.reported_at.astimezone(UTC).isoformat(),
        }
        return {name: value for name, value in facts.items() if value not in ("", None)}


def read_call(data: Mapping[str, Any]) -> Call:
    """Return the call in a conversation's data. Raises UnreadableError for another one."""
    try:
        return Call(
            id=data["id"],
            is_incoming=data["is_incoming"],
            number=data.get("number", ""),
            line=data.get("line", ""),
            state=CallState(data["state"]),
            started_at=datetime.fromisoformat(data["started_at"]),
            reported_at=datetime.fromisoformat(data["reported_at"]),
            name=data.get("name", ""),
            agent=data.get("agent", ""),
            seconds=data.get("seconds"),
            recording=data.get("recording", ""),
            recording_type=data.get("recording_type", ""),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableError(str(error)) from error


def list_items(call: Call) -> list[Item]:
    """Return what a report about a call says: an incoming one opens a ticket.

    Every report repeats the first one, so that the order of their arrival doesn't matter; a message
    that is known already changes nothing.
    """
    report = Report(
        conversation_id=call.external_id,
        at=call.reported_at,
        data=call.to_data(),
        files=_list_recordings(call) if call.state == CallState.ENDED else (),
        begins=not call.is_incoming,
    )
    if not call.is_incoming:
        return [report]
    return [_make_opening(call), *_list_voicemails(call), report]


def _make_person(call: Call) -> Person:
    """Return the caller. Someone without a number is another person in every call."""
    known = call.number or f"withheld:{call.id}"
    return Person(known, name=(call.name or call.number)[:MAX_NAME])


def _make_opening(call: Call) -> Incoming:
    return Incoming(
        external_id=call.external_id,
        conversation_id=call.external_id,
        person=_make_person(call),
        text=_("Call to %(line)s.") % {"line": call.line or _("the hotline")},
        subject=_("Call from %(caller)s") % {"caller": call.name or call.caller},
        at=call.started_at,
        data=replace(call, recording="").to_data(),
    )


def _list_voicemails(call: Call) -> list[Incoming]:
    """Return a voicemail as a message of the caller: it needs a reply as any other."""
    if call.state != CallState.VOICEMAIL or not call.recording:
        return []
    voicemail = Incoming(
        external_id=f"voicemail:{call.id}",
        conversation_id=call.external_id,
        person=_make_person(call),
        text=_("Voicemail."),
        at=call.reported_at,
        files=_list_recordings(call),
    )
    return [voicemail]


def _list_recordings(call: Call) -> tuple[RemoteFile, ...]:
    if not call.recording:
        return ()
    kind = "voicemail" if call.state == CallState.VOICEMAIL else "recording"
    suffix = "wav" if call.recording_type == "audio/wav" else "mp3"
    content_type = call.recording_type or "audio/mpeg"
    return (RemoteFile(call.recording, f"{kind}-{call.id}.{suffix}", content_type),)

"""A fake of the WhatsApp Business Platform's Cloud API: a number, and the people who write to it.

After "Messages", "Media", "Error codes", "Business-scoped user IDs" and "messages webhook
reference" at developers.facebook.com. A message outside of the 24 hours is taken, and a status says
afterwards that it failed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from helpdesk.demo.vendors.contract import Call, Play, PlayField, Reply
from helpdesk.demo.vendors.meta.graph import GraphProblem, GraphVendor, Place, read_form

MIB = 1024 * 1024
WINDOW = timedelta(hours=24)
NAME = PlayField("name", "Name", initial="Rosa Marques")
MOST_BYTES = {"image": 5, "video": 16, "audio": 16, "document": 100}
RE_ENGAGE = {
    "code": 131047,
    "title": "Re-engagement message",
    "message": "Re-engagement message",
    "error_data": {
        "details": "Message failed to send because more than 24 hours have passed since the "
        "customer last replied to this number."
    },
}


@dataclass
class Person:
    """A user of WhatsApp. phone: "" for one who uses a user name."""

    user_id: str
    name: str
    phone: str = ""
    username: str = ""
    wrote_at: datetime | None = None


@dataclass
class Answer:
    """A message that the number has sent. mark: the sender's own data for its statuses."""

    wamid: str
    person: Person
    content: Mapping[str, Any]
    mark: str


class FakeWhatsApp(GraphVendor):
    """WhatsApp. answers: what the numbers have sent."""

    name = "whatsapp"
    title = "WhatsApp"
    kinds = ("whatsapp",)
    plays = (
        Play("message", "Write a message", (NAME, PlayField("text", "Message", "text", "Hello?"))),
        Play(
            "hidden",
            "Write as somebody without a phone number",
            (NAME, PlayField("text", "Message", "text", "I use a user name.")),
        ),
        Play("voice", "Send a voice message", (NAME,)),
        Play("delivered", "Receive the replies", (NAME,)),
        Play("read", "Read the replies", (NAME,)),
    )

    def __init__(self) -> None:
        super().__init__()
        self.people: dict[str, Person] = {}
        self.answers: list[Answer] = []
        self.media: dict[str, str] = {}

    def play(self, action: str, data: Mapping[str, Any]) -> Any:
        """Act as a person who writes to the number."""
        if action == "connect":
            return self.connect(data)
        place = self.get_place(data)
        is_hidden = action == "hidden"
        person = self.add_person(data.get("name") or "Rosa Marques", is_hidden=is_hidden)
        text = str(data.get("text", ""))
        acts: dict[str, Callable[[], Any]] = {
            "message": lambda: self.write(place, person, text),
            "hidden": lambda: self.write(place, person, text),
            "voice": lambda: self.send_file(place, person, b"OggS", "audio/ogg"),
            "delivered": lambda: self.report_all(place, person, "delivered"),
            "read": lambda: self.report_all(place, person, "read"),
        }
        return acts[action]()

    def add_person(self, name: str, *, is_hidden: bool = False) -> Person:
        """Return a person; the same for the same name."""
        digits = str(int(hashlib.sha256(name.encode()).hexdigest()[:12], 16))
        made = Person(f"PT.{digits}", name, "" if is_hidden else f"3519{digits[:8]}")
        if is_hidden:
            made.username = name.replace(" ", "").lower()
        return self.people.setdefault(made.user_id, made)

    def write(self, place: Place, person: Person, text: str) -> dict[str, Any]:
        """Write a message."""
        return self.send_in(place, person, {"type": "text", "text": {"body": text}})

    def send_file(
        self, place: Place, person: Person, content: bytes, content_type: str
    ) -> dict[str, Any]:
        """Send a file: the webhook has its ID only."""
        kind = content_type.partition("/")[0]
        media_id = str(1_037_543_291_543_636 + next(self.numbers))
        self.files[f"/media/{media_id}"] = (content, content_type)
        self.media[media_id] = place.external_id
        part = {"id": media_id, "mime_type": content_type, "sha256": _hash(content)}
        return self.send_in(place, person, {"type": kind, kind: part})

    def send_in(self, place: Place, person: Person, content: Mapping[str, Any]) -> dict[str, Any]:
        """Send a message of any type."""
        person.wrote_at = self.now()
        wamid = self.make_wamid()
        message = {"from_user_id": person.user_id, "id": wamid, "timestamp": self.get_seconds()}
        message |= {"from": person.phone} if person.phone else {}
        value = {"contacts": [_describe(person)], "messages": [{**message, **content}]}
        return {"id": wamid, "status": self.notify_value(place, value)}

    def report_all(self, place: Place, person: Person, state: str) -> dict[str, Any]:
        """Report a state of all answers to a person."""
        own = [answer for answer in self.answers if answer.person is person]
        for answer in own:
            self.report(place, answer, state)
        return {"id": "", "status": len(own)}

    def report(self, place: Place, answer: Answer, state: str, *errors: Any) -> int:
        """Report a state of an answer."""
        status: dict[str, Any] = {
            "id": answer.wamid,
            "status": state,
            "timestamp": self.get_seconds(),
            "recipient_user_id": answer.person.user_id,
            "biz_opaque_callback_data": answer.mark,
        }
        status |= {"recipient_id": answer.person.phone} if answer.person.phone else {}
        status |= {"errors": list(errors)} if errors else {}
        return self.notify_value(place, {"statuses": [status]})

    def notify_value(self, place: Place, value: Mapping[str, Any]) -> int:
        """Send a webhook of the field messages."""
        metadata = {"display_phone_number": "15550783881", "phone_number_id": place.external_id}
        full = {"messaging_product": "whatsapp", "metadata": metadata, **value}
        entry = {"id": "102290129340398", "changes": [{"value": full, "field": "messages"}]}
        content = {"object": "whatsapp_business_account", "entry": [entry]}
        return self.notify(place, content)

    def answer(self, call: Call) -> Reply:
        """Answer Graph's paths, and the files that it has told the URL of, by the same token."""
        if not call.path.startswith("/media/"):
            return super().answer(call)
        token = call.get_header("Authorization").removeprefix("Bearer ")
        is_known = token in {place.access_token for place in self.places.values()}
        content, content_type = self.files.get(call.path, (b"", ""))
        if not is_known or not content:
            return Reply(401 if content else 404, b"")
        return Reply(200, content, {"Content-Type": content_type})

    def answer_graph(self, place: Place, call: Call, path: str) -> Mapping[str, Any]:
        """Answer what Plumbline asks Graph for."""
        if (call.method, path) == ("POST", f"{place.external_id}/messages"):
            return self._take_message(place, call.json() or {})
        if (call.method, path) == ("POST", f"{place.external_id}/media"):
            return self._take_file(place, call)
        if (call.method, path) == ("GET", place.external_id):
            return {"id": place.external_id, "display_phone_number": "+1 555 078 3881"}
        if call.method == "GET" and f"/media/{path}" in self.files:
            content, content_type = self.files[f"/media/{path}"]
            where = {"url": f"{self.url}/media/{path}", "mime_type": content_type, "id": path}
            return {**where, "sha256": _hash(content), "file_size": len(content)}
        raise GraphProblem(100, f"Unsupported request: /{path}", subcode=33)

    def _take_message(self, place: Place, sent: Mapping[str, Any]) -> Mapping[str, Any]:
        if sent.get("messaging_product") != "whatsapp":
            raise GraphProblem(100, "(#100) The parameter messaging_product is required.")
        kind = str(sent.get("type", ""))
        content = sent.get(kind)
        if kind not in {"text", *MOST_BYTES} or not isinstance(content, Mapping):
            raise GraphProblem(131051, "Unsupported message type")
        if kind == "text" and not 0 < len(str(content.get("body", ""))) <= 4096:
            raise GraphProblem(100, "(#100) Param text['body'] must be at most 4096 characters.")
        if kind != "text" and str(content.get("id")) not in self.media:
            raise GraphProblem(131053, "Media upload error")
        person = self._find_recipient(sent)
        mark = str(sent.get("biz_opaque_callback_data", ""))
        answer = Answer(self.make_wamid(), person, content, mark)
        self.answers.append(answer)
        if person.wrote_at is None or self.now() >= person.wrote_at + WINDOW:
            self.report(place, answer, "failed", RE_ENGAGE)
        said = {"input": person.phone or person.user_id, "user_id": person.user_id}
        said |= {"wa_id": person.phone} if "to" in sent else {}
        contacts, messages = [said], [{"id": answer.wamid}]
        return {"messaging_product": "whatsapp", "contacts": contacts, "messages": messages}

    def _find_recipient(self, sent: Mapping[str, Any]) -> Person:
        to, user_id = sent.get("to"), sent.get("recipient")
        for person in self.people.values():
            if to == person.phone if to else user_id == person.user_id:
                return person
        raise GraphProblem(131026, "Message undeliverable")

    def _take_file(self, place: Place, call: Call) -> Mapping[str, Any]:
        fields, files = read_form(call)
        if fields.get("messaging_product") != "whatsapp" or "file" not in files:
            raise GraphProblem(100, "(#100) The parameter file is required.")
        _name, content_type, content = files["file"]
        kind = content_type.partition("/")[0]
        if len(content) > MOST_BYTES.get(kind, 100) * MIB:
            raise GraphProblem(131053, "Media upload error")
        media_id = str(1_037_543_291_543_636 + next(self.numbers))
        self.files[f"/media/{media_id}"] = (content, content_type)
        self.media[media_id] = place.external_id
        return {"id": media_id}

    def make_wamid(self) -> str:
        """Return the ID of a new message."""
        return f"wamid.HBgLMTY0NjcwNDM1OTUVAgASGBQzQTdC{next(self.numbers):06}"

    def get_seconds(self) -> str:
        """Return the time as WhatsApp gives it: seconds, as a text."""
        return str(int(self.now().timestamp()))


def _describe(person: Person) -> dict[str, Any]:
    profile = {"name": person.name}
    profile |= {"username": person.username} if person.username else {}
    phone = {"wa_id": person.phone} if person.phone else {}
    return {"profile": profile, "user_id": person.user_id, **phone}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

"""What people do on Facebook and Instagram, and what the webhooks say of it.

After "Webhook Events" of the Messenger Platform, "Webhooks" of Instagram Messaging, and "Webhooks
for Pages" at developers.facebook.com.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

from helpdesk.demo.vendors.meta.book import FakeComment, FakeMessage, MetaBook
from helpdesk.demo.vendors.meta.graph import Place

POST, MEDIA = "542998526103632_461184817813000", "17895695668004550"
LIKE = 369239263222822
PHOTO = base64.b64decode(  # one pixel
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Data = Mapping[str, Any]


class NothingYetError(Exception):
    """A person can't change what they haven't written."""


class MetaEvents(MetaBook):
    """The acts of people. Each returns the ID of what it made and the webhook's status."""

    def play(self, action: str, data: Data) -> Any:
        """Act as a person, or as somebody at the company ("echo")."""
        if action == "connect":
            return self.connect(data)
        place = self.get_place(data)
        person = self.add_person(place, data.get("name") or "Rosa Marques")
        text = str(data.get("text", ""))
        acts: dict[str, Callable[[], Any]] = {
            "message": lambda: self.write(place, person, text),
            "photo": lambda: self.send_file(place, person, text, PHOTO),
            "like": lambda: self.send_like(place, person),
            "comment": lambda: self.comment(place, person, text),
            "edit": lambda: self.edit(place, person, text),
            "delete": lambda: self.delete(place, person),
            "read": lambda: self.read(place, person),
            "delivered": lambda: self.get(place, person),
            "echo": lambda: self.write_there(place, person, text),
            "block": lambda: self.block(place, person),
        }
        try:
            return acts[action]()
        except NothingYetError:
            return {"id": "", "status": 0}

    def write(self, place: Place, person: str, text: str, **message: Any) -> dict[str, Any]:
        """Write a direct message. message: further fields of it."""
        made = FakeMessage(self.make_mid(), person, False, text, self.now())
        self.get_book(place).messages.append(made)
        said = {"text": text} if text else {}
        return self._report_message(place, person, {"mid": made.mid, **said, **message})

    def send_file(
        self, place: Place, person: str, text: str, content: bytes, kind: str = "image"
    ) -> dict[str, Any]:
        """Send a file, with a text."""
        ending = {"image": "png", "video": "mp4"}.get(kind, "pdf")
        path = f"/cdn/{kind}-{next(self.numbers)}.{ending}"
        self.files[path] = (content, f"{kind}/{ending}")
        attachment = {"type": kind, "payload": {"url": self.url + path}}
        return self.write(place, person, text, attachments=[attachment])

    def send_like(self, place: Place, person: str) -> dict[str, Any]:
        """Send the thumb: a sticker without a text."""
        payload = {"url": f"{self.url}/cdn/like.png", "sticker_id": LIKE}
        attachments = [{"type": "sticker", "payload": payload}]
        return self.write(place, person, "", attachments=attachments)

    def tap(self, place: Place, person: str, title: str) -> dict[str, Any]:
        """Tap a button."""
        made = FakeMessage(self.make_mid(), person, False, title, self.now())
        self.get_book(place).messages.append(made)
        postback = {"mid": made.mid, "title": title, "payload": "DEVELOPER_DEFINED"}
        return self._report(place, person, {"postback": postback}, made.mid)

    def react(self, place: Place, person: str) -> dict[str, Any]:
        """React to a message. Nobody has to answer that."""
        mid = self.get_book(place).messages[-1].mid
        reaction = {"mid": mid, "action": "react", "emoji": "❤", "reaction": "love"}
        return self._report(place, person, {"reaction": reaction}, mid)

    def comment(self, place: Place, author: str, text: str, parent: str = "") -> dict[str, Any]:
        """Write a comment on the place's post, or a reply to one."""
        made = FakeComment(self.make_comment_id(), author, text, self.now(), parent)
        self.get_book(place).comments[made.comment_id] = made
        return self._report_comment(place, made, "add")

    def edit(self, place: Place, person: str, text: str) -> dict[str, Any]:
        """Change the last thing that a person has written."""
        last = self._find_last(place, person)
        last.text = text
        if isinstance(last, FakeComment):
            return self._report_comment(place, last, "edited")
        edited = {"mid": last.mid, "text": text, "num_edit": 1}
        return self._report(place, person, {"message_edit": edited}, last.mid)

    def delete(self, place: Place, person: str) -> dict[str, Any]:
        """Delete the last thing that a person has written. Messenger tells pages nothing of it."""
        last = self._find_last(place, person)
        if isinstance(last, FakeComment):
            last.is_deleted = True
            return self._report_comment(place, last, "remove")
        if place.kind != "instagram":
            return {"id": last.mid, "status": 0}
        deleted = {"mid": last.mid, "is_deleted": True}
        return self._report_message(place, person, deleted)

    def read(self, place: Place, person: str) -> dict[str, Any]:
        """Read all messages."""
        if place.kind == "instagram":
            sent = [m for m in self.get_book(place).messages if m.person == person]
            mid = next((m.mid for m in reversed(sent) if m.is_from_place), "")
            return self._report(place, person, {"read": {"mid": mid}}, mid)
        return self._report(place, person, {"read": {"watermark": self.get_millis()}}, "")

    def get(self, place: Place, person: str) -> dict[str, Any]:
        """Get all messages."""
        messages = self.get_book(place).messages
        mids = [m.mid for m in messages if m.person == person and m.is_from_place]
        delivery = {"mids": mids, "watermark": self.get_millis()}
        return self._report(place, person, {"delivery": delivery}, "")

    def write_there(self, place: Place, person: str, text: str) -> dict[str, Any]:
        """Answer as somebody at the company who uses the network itself."""
        made = FakeMessage(self.make_mid(), person, True, text, self.now())
        self.get_book(place).messages.append(made)
        return self.send_echo(place, made)

    def send_echo(self, place: Place, message: FakeMessage) -> dict[str, Any]:
        """Report a message of the place."""
        said = {"is_echo": True, "mid": message.mid, "text": message.text}
        event = {"sender": {"id": place.external_id}, "recipient": {"id": message.person}}
        return self._send(place, {**event, "message": said}, message.mid)

    def block(self, place: Place, person: str) -> dict[str, Any]:
        """Take no messages anymore. No webhook says so."""
        self.get_book(place).blocked.add(person)
        return {"id": person, "status": 0}

    def _find_last(self, place: Place, person: str) -> FakeMessage | FakeComment:
        book = self.get_book(place)
        own: list[FakeMessage | FakeComment] = [
            *(m for m in book.messages if m.person == person and not m.is_from_place),
            *(c for c in book.comments.values() if c.author == person),
        ]
        if not own:
            raise NothingYetError
        return max(own, key=lambda one: one.at)

    def _report_message(self, place: Place, person: str, message: Data) -> dict[str, Any]:
        return self._report(place, person, {"message": message}, message["mid"])

    def _report(self, place: Place, person: str, event: Data, made: str) -> dict[str, Any]:
        people = {"sender": {"id": person}, "recipient": {"id": place.external_id}}
        return self._send(place, {**people, **event}, made)

    def _send(self, place: Place, event: Data, made: str) -> dict[str, Any]:
        messaging = [{"timestamp": self.get_millis(), **event}]
        entry = {"id": place.external_id, "time": self.get_millis(), "messaging": messaging}
        return {"id": made, "status": self.notify(place, _wrap(place, entry))}

    def report_own(self, place: Place, comment: FakeComment) -> dict[str, Any]:
        """Report a comment of the place itself, as Meta does of each."""
        return self._report_comment(place, comment, "add")

    def _report_comment(self, place: Place, comment: FakeComment, verb: str) -> dict[str, Any]:
        name = self.get_book(place).people.get(comment.author, "The company")
        make = _make_ig_comment if place.kind == "instagram" else _make_feed_comment
        seconds = int(self.now().timestamp())
        change = make(comment, name, verb)
        entry = {"id": place.external_id, "time": seconds, "changes": [change]}
        return {"id": comment.comment_id, "status": self.notify(place, _wrap(place, entry))}


def _wrap(place: Place, entry: Data) -> dict[str, Any]:
    return {"object": "instagram" if place.kind == "instagram" else "page", "entry": [entry]}


def _make_feed_comment(comment: FakeComment, name: str, verb: str) -> dict[str, Any]:
    value = {
        "from": {"id": comment.author, "name": name},
        "post": {"permalink_url": f"https://www.facebook.com/{POST}", "id": POST},
        "message": comment.text,
        "post_id": POST,
        "comment_id": comment.comment_id,
        "created_time": int(comment.at.timestamp()),
        "item": "comment",
        "parent_id": comment.parent or POST,
        "verb": verb,
    }
    return {"field": "feed", "value": value}


def _make_ig_comment(comment: FakeComment, name: str, verb: str) -> dict[str, Any]:
    value: dict[str, Any] = {
        "from": {"id": comment.author, "username": name.replace(" ", "").lower()},
        "media": {"id": MEDIA, "media_product_type": "FEED"},
        "id": comment.comment_id,
        "text": comment.text,
    }
    value |= {"parent_id": comment.parent} if comment.parent else {}
    return {"field": "comments", "value": value}

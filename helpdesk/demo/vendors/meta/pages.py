"""A fake of Facebook and Instagram: pages, their messages and their comments.

After "Send API", "Message Tags", "Private Replies" and "Common Error Codes" of the Messenger
Platform, "Send a Message" of Instagram Messaging, "Comments" of the Graph API and "IG Comment
Replies" at developers.facebook.com.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from helpdesk.demo.vendors.contract import Call, Reply
from helpdesk.demo.vendors.meta.book import Book, FakeComment, FakeMessage
from helpdesk.demo.vendors.meta.events import MetaEvents
from helpdesk.demo.vendors.meta.graph import GraphProblem, Place, read_form
from helpdesk.demo.vendors.meta.plays import PLAYS

MIB = 1024 * 1024
WINDOW, HUMAN_WINDOW = timedelta(hours=24), timedelta(days=7)
OUTSIDE = "This message is sent outside of allowed window."
NO_PERMISSION = "Application does not have permission for this action"
GONE = "Unsupported request. Object with ID '{}' does not exist."


class FakeMeta(MetaEvents):
    """Facebook and Instagram."""

    name = "meta"
    title = "Facebook and Instagram"
    kinds = ("facebook", "instagram")
    plays = PLAYS

    def answer(self, call: Call) -> Reply:
        """Answer Graph's paths, and files by their signed URLs without a token."""
        if call.path.startswith("/cdn/"):
            content, content_type = self.files.get(call.path, (b"", ""))
            found = Reply(200, content, {"Content-Type": content_type})
            return found if content else Reply(404, b"URL signature expired")
        return super().answer(call)

    def answer_graph(self, place: Place, call: Call, path: str) -> Mapping[str, Any]:
        """Answer what Plumbline asks Graph for."""
        book = self.get_book(place)
        head, _slash, edge = path.partition("/")
        if (call.method, path) == ("POST", "me/messages"):
            return self._take_message(place, book, call)
        if (call.method, path) == ("GET", "me/conversations"):
            return _list_conversations(book, place, call.query)
        if edge == ("replies" if place.kind == "instagram" else "comments"):
            if call.method == "POST":
                return self._take_comment(place, book, head, call)
            return _list_comments(book, place, head)
        if call.method == "GET" and not edge:
            return _get_object(place, book, head)
        raise GraphProblem(2500, f"Unknown path components: /{path}")

    def _take_message(self, place: Place, book: Book, call: Call) -> Mapping[str, Any]:
        sent, files = _read_message(call)
        person, private_to = self._find_recipient(book, sent)
        text = _check_message(place, sent, files)
        if person in book.blocked:
            raise GraphProblem(551, "This person isn't available right now.", subcode=1545041)
        if private_to is None:
            self._check_window(book, person, sent)
        else:
            private_to.is_answered_privately = True
        file = next(iter(files.values()))[0] if files else ""
        tag = str(sent.get("tag", ""))
        message = FakeMessage(self.make_mid(), person, True, text, self.now(), file, tag)
        book.messages.append(message)
        if self.sends_echoes:
            self.send_echo(place, message)
        return {"recipient_id": person, "message_id": message.mid}

    def _find_recipient(
        self, book: Book, sent: Mapping[str, Any]
    ) -> tuple[str, FakeComment | None]:
        recipient = sent.get("recipient")
        named = recipient if isinstance(recipient, Mapping) else {}
        target = named.get("comment_id") or named.get("post_id")
        if not target:
            if (person := str(named.get("id", ""))) not in book.people:
                raise GraphProblem(100, "No matching user found", subcode=2018001)
            return person, None
        comment = _get_comment(book, str(target))
        if comment.is_answered_privately:
            raise GraphProblem(10900, "Activity already replied to")
        if self.now() >= comment.at + HUMAN_WINDOW:
            raise GraphProblem(10, OUTSIDE, subcode=2018278)
        return comment.author, comment

    def _check_window(self, book: Book, person: str, sent: Mapping[str, Any]) -> None:
        written = [m.at for m in book.messages if m.person == person and not m.is_from_place]
        passed = self.now() - max(written) if written else HUMAN_WINDOW
        kind, tag = sent.get("messaging_type"), sent.get("tag")
        if kind == "MESSAGE_TAG" and tag != "HUMAN_AGENT":
            raise GraphProblem(100, f"(#100) The message tag {tag} is no longer supported.")
        if kind == "MESSAGE_TAG" and not self.has_human_agent:
            raise GraphProblem(10, NO_PERMISSION)
        if kind not in {"RESPONSE", "MESSAGE_TAG"}:
            raise GraphProblem(100, "(#100) Param messaging_type must be one of {RESPONSE, ...}")
        if passed >= (HUMAN_WINDOW if kind == "MESSAGE_TAG" else WINDOW):
            raise GraphProblem(10, OUTSIDE, subcode=2018278)

    def _take_comment(self, place: Place, book: Book, target: str, call: Call) -> Mapping[str, Any]:
        if not self.has_comments:
            raise GraphProblem(200, NO_PERMISSION, status=403)
        parent = _get_comment(book, target)
        text = str((call.json() or {}).get("message", ""))
        most = 300 if place.kind == "instagram" else 8000
        if not text.strip() or len(text) > most:
            raise GraphProblem(100, "(#100) Invalid parameter: message")
        comment_id = self.make_comment_id()
        root = parent.parent or parent.comment_id
        comment = FakeComment(comment_id, place.external_id, text, self.now(), root)
        book.comments[comment_id] = comment
        return {"id": comment_id}


def _get_comment(book: Book, comment_id: str) -> FakeComment:
    comment = book.comments.get(comment_id)
    if comment is None or comment.is_deleted:
        raise GraphProblem(100, GONE.format(comment_id), subcode=33)
    return comment


def _read_message(call: Call) -> tuple[dict[str, Any], dict[str, tuple[str, str, bytes]]]:
    if not call.get_header("Content-Type").startswith("multipart/"):
        return call.json() or {}, {}
    fields, files = read_form(call)
    parsed = {name: _decode(value) for name, value in fields.items()}
    return parsed, files


def _decode(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        return value


def _check_message(
    place: Place, sent: Mapping[str, Any], files: Mapping[str, tuple[str, str, bytes]]
) -> str:
    """Return the text of a message, "" for a file."""
    message = sent.get("message")
    named = message if isinstance(message, Mapping) else {}
    text, attachment = named.get("text"), named.get("attachment")
    if bool(text) == bool(attachment):
        raise GraphProblem(100, "(#100) Param message must have one of text or attachment")
    if attachment:
        if set(files) != {"filedata"}:
            raise GraphProblem(100, "(#100) Attachment upload needs one file", subcode=2018047)
        is_image = place.kind == "instagram" and attachment.get("type") == "image"
        if len(files["filedata"][2]) > (8 if is_image else 25) * MIB:
            raise GraphProblem(100, "Attachment size exceeds allowable limit", subcode=2018109)
        return ""
    text = str(text)
    size, most = len(text), 2000
    if place.kind == "instagram":
        size, most = len(text.encode()), 1000
    if size > most:
        said = f"(#100) Length of param message[text] must be less than or equal to {most}"
        raise GraphProblem(100, said)
    return text


def _list_conversations(book: Book, place: Place, query: Mapping[str, str]) -> dict[str, Any]:
    person = query.get("user_id", "")
    found = [m for m in reversed(book.messages) if m.person == person]
    messages = [
        {
            "id": m.mid,
            "created_time": m.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "from": {"id": place.external_id if m.is_from_place else person},
            "message": m.text,
            **({"attachments": {"data": [{"name": m.file}]}} if m.file else {}),
        }
        for m in found[:20]
    ]
    return {"data": [{"id": "t_1", "messages": {"data": messages}}] if messages else []}


def _list_comments(book: Book, place: Place, root: str) -> dict[str, Any]:
    found = [c for c in book.comments.values() if c.parent == root and not c.is_deleted]
    text, time = ("text", "timestamp") if place.kind == "instagram" else ("message", "created_time")
    listed = [
        {
            "id": c.comment_id,
            text: c.text,
            time: c.at.strftime("%Y-%m-%dT%H:%M:%S+0000"),
            "from": {"id": c.author},
        }
        for c in reversed(found)
    ]
    return {"data": listed}


def _get_object(place: Place, book: Book, external_id: str) -> dict[str, Any]:
    if external_id == place.external_id:
        return {"id": external_id}
    if name := book.people.get(external_id):
        first, _space, last = name.partition(" ")
        is_instagram = place.kind == "instagram"
        named = {"name": name, "username": name.replace(" ", "").lower()}
        return {**(named if is_instagram else {"first_name": first, "last_name": last})}
    raise GraphProblem(100, GONE.format(external_id), subcode=33)

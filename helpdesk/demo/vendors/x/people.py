"""What people do at the fake of X: mention the account, write to it, edit, delete, chat."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from helpdesk.demo.vendors.contract import Play, PlayField

if TYPE_CHECKING:
    from helpdesk.demo.vendors.x import XFake

PERSON = "2222222222222222222"
NO_POST = {"error": "There is no post yet."}
NAME = PlayField("name", "Name", initial="Rita Moreno")
PLAYS = (
    Play(
        "mention",
        "Mention the account in a post",
        (NAME, PlayField("text", "Post", "text", "@AcmeSupport the app closes when I open it")),
    ),
    Play(
        "message",
        "Write a direct message",
        (NAME, PlayField("text", "Message", "text", "Hello! How do I change my password?")),
    ),
    Play("chat", "Write in an encrypted chat", (NAME,)),
    Play(
        "own_post",
        "Reply as the account, in X itself",
        (PlayField("text", "Post", "text", "We have seen it and are on it."),),
    ),
    Play("edit", "Edit the newest post", (PlayField("text", "Post", "text", "It works again!"),)),
)


def play(fake: XFake, action: str, data: Mapping[str, Any]) -> Any:
    """Do it, and return the event that X reports."""
    with fake.lock:
        actions = {
            "connect": _connect,
            "mention": mention,
            "edit": edit,
            "message": write,
            "chat": chat,
            "own_post": reply_as_account,
            "own_message": write_as_account,
            "delete": delete_own,
        }
        return actions[action](fake, data)


def _connect(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Take the app and the account of a connection, with its webhook and all subscriptions."""
    keys, settings = data["secrets"], data["settings"]
    fake.account["id"] = str(data["external_id"])
    fake.client = (str(settings["client_id"]), keys["client_secret"])
    fake.bearer, fake.access = keys["bearer_token"], keys["access_token"]
    fake.refresh = keys["refresh_token"]
    fake.subscribe_all(str(data["url"]))
    return {}


def make_user(person: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return a user as X shows one."""
    name = str(data.get("name") or "Rita Moreno")
    username = str(data.get("username") or name.replace(" ", ""))
    return {"id": person, "name": name, "username": username, "verified": False}


def mention(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Mention the account. data: "text", "name", "person", "target" for a reply, "photo"."""
    person = str(data.get("person") or PERSON)
    text = str(data.get("text") or "@AcmeSupport hello")
    post = fake.make_post(person, text, data.get("target") or None)
    includes: dict[str, Any] = {"users": [make_user(person, data), fake.account]}
    if photo := data.get("photo"):
        key, url = f"3_{fake.next_id()}", f"{fake.url}/media/{photo}"
        post["attachments"] = {"media_keys": [key]}
        includes["media"] = [{"media_key": key, "type": "photo", "url": url}]
    return fake.report("post.mention.create", dict(post), **includes)


def edit(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Edit the newest post of somebody else: X makes a new post with the IDs of all versions."""
    old = _find_newest(fake)
    if old is None:
        return NO_POST
    post = fake.make_post(old["author_id"], f"@AcmeSupport {data['text']}")
    post["edit_history_tweet_ids"] = [*old["edit_history_tweet_ids"], post["id"]]
    post["conversation_id"] = old["conversation_id"]
    users = [make_user(old["author_id"], data), fake.account]
    return fake.report("post.mention.create", dict(post), users=users)


def reply_as_account(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Reply to the newest post of somebody else, outside of Plumbline."""
    newest = _find_newest(fake)
    if newest is None:
        return NO_POST
    post = fake.make_post(fake.account["id"], str(data["text"]), newest["id"])
    return fake.report("post.create", dict(post), users=[fake.account])


def _find_newest(fake: XFake) -> dict[str, Any] | None:
    """Return the newest post of somebody else, if there is any."""
    return next((post for post in [*fake.posts.values()][::-1] if not fake.is_own(post)), None)


def delete_own(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Delete a post of the account. data: "id"."""
    post = fake.posts.pop(str(data["id"]))
    return fake.report("post.delete", {"id": post["id"], "author_id": post["author_id"]})


def write(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Write a direct message to the account. data: "text", "name", "person", "photo"."""
    person = str(data.get("person") or PERSON)
    said: dict[str, Any] = {"text": str(data.get("text") or "")}
    if photo := data.get("photo"):
        url = f"https://ton.twitter.com/1.1/ton/data/dm/1/2/{photo}"
        said["attachment"] = {"type": "media", "media": {"media_url_https": url}}
    return _report_message(fake, "dm.received", person, fake.account["id"], said, data)


def write_as_account(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Write a direct message as the account, outside of Plumbline, or report one. data: "id"."""
    person = str(data.get("person") or PERSON)
    said = {"text": str(data["text"])}
    return _report_message(fake, "dm.sent", fake.account["id"], person, said, data)


def _report_message(
    fake: XFake,
    kind: str,
    sender: str,
    recipient: str,
    said: dict[str, Any],
    data: Mapping[str, Any],
) -> dict[str, Any]:
    number = str(data.get("id") or fake.next_id())
    person = sender if kind == "dm.received" else recipient
    if not data.get("id"):
        row = {"id": number, "sender_id": sender, "text": said["text"], "with": person}
        fake.messages.append(row)
    message = {
        "type": "message_create",
        "id": number,
        "created_timestamp": str(int(datetime.now(UTC).timestamp() * 1000)),
        "message_create": {
            "target": {"recipient_id": recipient},
            "sender_id": sender,
            "message_data": said,
        },
    }
    users = {person: {"data": make_user(person, data)}}
    return fake.report(kind, {"direct_message_events": [message], "users": users})


def chat(fake: XFake, data: Mapping[str, Any]) -> dict[str, Any]:
    """Write in a chat that is encrypted end to end: only who and when can be read."""
    person = str(data.get("person") or PERSON)
    fake.users[person] = make_user(person, data)
    payload = {
        "id": f"e4f4d3fc-8bbf-4928-92eb-{fake.next_id()[-12:]}",
        "created_at_msec": str(int(datetime.now(UTC).timestamp() * 1000)),
        "sender_id": person,
        "conversation_id": f"{person}:{fake.account['id']}",
        "encoded_event": "CwABAAAAEzIwODA0MDA4MjUyMjcxMDAxNjAL",
    }
    return fake.report("chat.received", payload)

"""Single objects of Zendesk as neutral records. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tickets.exchange.records import Record, read_id
from tickets.exchange.sources.exports import (
    get_dict,
    get_dicts,
    get_text,
    get_texts,
    is_of_another,
    make_record,
)
from tickets.exchange.sources.json_files import Item

STAFF = {"agent", "admin"}
SOLVED = {"solved", "closed"}
COMMENTS = {"Comment", "VoiceComment"}  # types of events
TEXTS = ("plain_body", "body")
# Ours by Zendesk's via types and via IDs, and by the words of its incremental ticket events.
VIA = {
    "web": "web mobile mobile_sdk web_widget help_center web_form iphone dropbox batch merge "
           "closed_ticket linked_problem 0 9 15 17 19 20 27",
    "email": "email mail 4",
    "api": "api web_service web_service_(api) rule ticket_sharing import 5 8 31 39",
    "phone": "voice phone phone_call_inbound phone_call_outbound voicemail sms text_message "
             "33 34 35 37",
    "chat": "chat native_messaging messaging 29",
    "facebook": "facebook facebook_messenger messenger facebook_post facebook_message 38 41",
    "instagram": "instagram instagram_dm",
    "twitter": "twitter twitter_dm twitter_mention 26 30",
    "whatsapp": "whatsapp",
    "telegram": "telegram",
}  # fmt: skip
CHANNELS = {name: channel for channel, names in VIA.items() for name in names.split()}
FIELD_TYPES = {"text": "text", "textarea": "long", "integer": "number", "decimal": "number",
               "date": "date", "tagger": "select", "checkbox": "checkbox"}  # fmt: skip


KINDS = {
    "user": "users", "organization": "organizations", "group": "groups", "ticket": "tickets",
    "ticket_field": "ticket_fields", "comment": "comments", "audit": "audits",
    "ticket_event": "ticket_events",
}  # fmt: skip
MARKS = [  # the kind of an object that is in no list, by a property that others don't have
    ("requester", "tickets"), ("requester_id", "tickets"), ("child_events", "ticket_events"),
    ("events", "audits"), ("author_id", "comments"), ("role", "users"),
    ("domain_names", "organizations"), ("title_in_portal", "ticket_fields"),
]  # fmt: skip


def classify(item: Item) -> str:
    """Return the kind of an object as the API names its lists, or "" if nothing says it."""
    if is_of_another("zendesk", item.value):
        return ""
    if item.key:
        return KINDS.get(item.key, item.key)
    return next((kind for mark, kind in MARKS if mark in item.value), "")


def make_agent(user: dict[str, Any]) -> Record:
    """Return the agent for a user with the role agent or admin."""
    source_id, email = read_id(user.get("id")), get_text(user.get("email"))
    name = get_text(user.get("name")) or email or source_id
    return make_record("agent", source_id, name=name, email=email)


def make_contact(user: dict[str, Any]) -> Record:
    """Return the contact for an end user."""
    return make_record(
        "contact",
        read_id(user.get("id")),
        name=get_text(user.get("name")),
        email=get_text(user.get("email")),
        account=read_id(user.get("organization_id")),
        language=get_text(user.get("locale")),
        created_at=user.get("created_at"),
    )


def make_account(organization: dict[str, Any]) -> Record:
    """Return the account for an organization."""
    source_id = read_id(organization.get("id"))
    return make_record(
        "account",
        source_id,
        name=get_text(organization.get("name")) or source_id,
        domains=get_texts(organization.get("domain_names")),
        created_at=organization.get("created_at"),
    )


def make_field(field: dict[str, Any], choices: Collection[str]) -> Record | None:
    """Return a custom ticket field, or None for one that Zendesk has by itself."""
    if field.get("removable") is False:
        return None
    source_id, kind = read_id(field.get("id")), get_text(field.get("type"))
    return make_record(
        "field",
        source_id,
        key=source_id,
        label=get_text(field.get("title")) or source_id,
        type=FIELD_TYPES.get(kind, "text"),
        public=field.get("visible_in_portal") is True,
        choices=list(choices) if kind == "tagger" else None,
    )


def make_attachment(
    attachment: dict[str, Any], ticket_id: str, parent: dict[str, str], path: str | None
) -> Record:
    """Return a file of a comment. path: in the archive. parent: the message or the note."""
    return make_record(
        "attachment",
        read_id(attachment.get("id")),
        ticket=ticket_id,
        **parent,
        name=get_text(attachment.get("file_name")) or "file",
        path=path,
        content_type=get_text(attachment.get("content_type")),
        size=attachment.get("size"),
        created_at=attachment.get("created_at"),
    )


def make_comment(
    comment: dict[str, Any], ticket_id: str, *, author: dict[str, str], created_at: Any
) -> Record:
    """Return the message for a public comment, or the note for one that isn't said to be."""
    text = next(filter(None, (get_text(comment.get(name)) for name in TEXTS)), "")
    source_id = read_id(comment.get("id"))
    if comment.get("public") is not True:
        agent = author.get("agent") or author.get("contact")
        return make_record(
            "note", source_id, ticket=ticket_id, agent=agent, text=text, created_at=created_at
        )
    return make_record(
        "message",
        source_id,
        ticket=ticket_id,
        **author,
        channel=read_channel(comment),
        text=text,
        html=get_text(comment.get("html_body")),
        created_at=created_at,
    )


def has_text(comment: dict[str, Any]) -> bool:
    """Return False for the event of a comment that was exported without the comment itself."""
    return any(get_text(comment.get(name)) for name in (*TEXTS, "html_body"))


def list_hidden(audit: dict[str, Any]) -> Iterator[str]:
    """Yield the IDs of comments that an audit, or an event of the export, made private."""
    for event in get_dicts(audit.get("events")) or get_dicts(audit.get("child_events")):
        kind = get_text(event.get("type")) or get_text(event.get("event_type"))
        if kind == "CommentPrivacyChange" and event.get("public") is not True:
            yield read_id(event.get("comment_id"))


def find_solved(ticket: dict[str, Any]) -> Any:
    """Return when a ticket was solved, if the export was made with its dates or metrics."""
    said = (get_dict(ticket.get(name)).get("solved_at") for name in ("dates", "metric_set"))
    return next(filter(None, said), None) or ticket.get("updated_at")


def read_channel(value: dict[str, Any]) -> str | None:
    """Return our channel for what a ticket or a comment came by, or its own name for it."""
    via = value.get("via")
    name = get_text(get_dict(via).get("channel")) or get_text(via)
    return CHANNELS.get(name.lower().replace(" ", "_"), name) or None


def read_answers(ticket: dict[str, Any], options: Mapping[str, dict[str, str]]) -> dict[str, Any]:
    """Return the values of custom fields. options: of drop-down fields, names by value."""
    answers: dict[str, Any] = {}
    for field in get_dicts(ticket.get("custom_fields")) or get_dicts(ticket.get("fields")):
        key, answer = read_id(field.get("id")), field.get("value")
        names = options.get(key, {})
        if isinstance(answer, list):
            answer = ", ".join(names.get(each, each) for each in get_texts(answer))
        elif isinstance(answer, str):
            answer = names.get(answer, answer.strip())
        if key and answer not in (None, ""):
            answers[key] = answer
    return answers


def list_links(ticket: dict[str, Any]) -> list[dict[str, str]]:
    """Return the link of an incident to its problem."""
    problem = read_id(ticket.get("problem_id"))
    return [{"kind": "parent", "to": problem}] if problem else []


def find_followed(ticket: dict[str, Any]) -> str:
    """Return the ID of the closed ticket that this one follows, or ""."""
    source = get_dict(get_dict(ticket.get("via")).get("source"))
    return read_id(get_dict(source.get("from")).get("ticket_id"))


def is_rated(ticket: dict[str, Any]) -> bool:
    """Return True for a ticket whose customer rated the support."""
    return get_dict(ticket.get("satisfaction_rating")).get("score") in {"good", "bad"}

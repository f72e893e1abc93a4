"""Single objects of Zendesk as neutral records. Pure."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tickets.exchange.records import Record, read_id
from tickets.exchange.sources.exports import get_dict, get_text, get_texts, make_record

STAFF = {"agent", "admin"}
SOLVED = {"solved", "closed"}
CHANNELS = {
    "web": "web", "mobile": "web", "mobile_sdk": "web", "web_widget": "web", "help_center": "web",
    "web_form": "web", "email": "email", "mail": "email", "api": "api", "voice": "phone",
    "phone": "phone", "phone_call_inbound": "phone", "phone_call_outbound": "phone",
    "voicemail": "phone", "sms": "phone", "chat": "chat", "native_messaging": "chat",
    "messaging": "chat", "facebook": "facebook", "facebook_messenger": "facebook",
    "messenger": "facebook", "instagram_dm": "instagram", "instagram": "instagram",
    "twitter": "twitter", "twitter_dm": "twitter", "twitter_mention": "twitter",
    "whatsapp": "whatsapp", "telegram": "telegram",
}  # fmt: skip
FIELD_TYPES = {"text": "text", "textarea": "long", "integer": "number", "decimal": "number",
               "date": "date", "tagger": "select", "checkbox": "checkbox"}  # fmt: skip


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
    text = get_text(comment.get("plain_body")) or get_text(comment.get("body"))
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


def read_channel(value: dict[str, Any]) -> str | None:
    """Return our channel for what a ticket or a comment came by, or its own name for it."""
    via = value.get("via")
    name = get_text(get_dict(via).get("channel")) or get_text(via)
    return CHANNELS.get(name.lower(), name) or None


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

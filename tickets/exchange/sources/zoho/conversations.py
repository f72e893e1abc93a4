"""Threads, comments and attachments of Zoho Desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tickets.exchange.records import Record
from tickets.exchange.sources.exports import make_record
from tickets.exchange.sources.zoho.people import EMAILS, People
from tickets.exchange.sources.zoho.tickets import read_channel
from tickets.exchange.sources.zoho.values import Thing, list_things, read_body

TIMES = ("createdtime", "senddatetime", "senttime", "receivedtime", "commentedtime", "createdat")
SENDERS = ("senderemail", "fromemailaddress", "from", "email")


def make_thread(
    thing: Thing, ticket_id: str, requester: str, people: People, attached: Mapping[str, str]
) -> Iterator[Record]:
    """Yield the message for an email or a post of a ticket, with its files.

    What is private, or was forwarded to somebody else, becomes a note: customers never saw it.
    """
    source_id = thing.pick_id("threadextid", "threadid", "id", "recordid")
    author, sender = thing.inner("author"), thing.pick(*SENDERS).rpartition("<")[2].strip("<> ")
    email = author.pick(*EMAILS) or sender
    is_out = thing.pick("direction").casefold() == "out" or author.pick("type") == "AGENT"
    common = {
        "ticket": ticket_id, "created_at": thing.pick_time(*TIMES),
        **read_body(thing, "content", "plaintext", "summary"),
    }  # fmt: skip
    agent_id = thing.pick_id("agentextid", "agentid") or (author.pick_id("id") if is_out else "")
    if _is_private(thing):
        agent = people.find_agent(agent_id, email, author) if is_out else ""
        record = make_record("note", source_id, agent=agent, **common)
    elif is_out:
        agent = people.find_agent(agent_id, email, author)
        record = make_record(
            "message", source_id, agent=agent, channel=read_channel(thing), **common
        )
    else:
        contact_id = thing.pick_id("contactextid", "contactid") or author.pick_id("id")
        contact = people.find_contact(contact_id, email, author) or requester
        record = make_record(
            "message", source_id, contact=contact, channel=read_channel(thing), **common
        )
    yield record
    yield from _list_files(thing, record, attached)


def make_comment(
    thing: Thing, ticket_id: str, people: People, attached: Mapping[str, str]
) -> Iterator[Record]:
    """Yield the note for a comment, or the message for one that is said to be public."""
    commenter = thing.inner("commenter")
    email = commenter.pick(*EMAILS) or thing.pick("commenteremail", "agentemail")
    person_id = thing.pick_id("commenterid", "agentextid", "agentid") or commenter.pick_id("id")
    is_customer = commenter.pick("type") == "END_USER" or bool(thing.pick("contactextid"))
    common = {
        "ticket": ticket_id, "created_at": thing.pick_time(*TIMES),
        **read_body(thing, "content", "comment", "commentcontent"),
    }  # fmt: skip
    source_id = thing.pick_id("commentextid", "ticketcommentextid", "commentid", "id", "recordid")
    source_id = f"comment-{source_id}"  # threads and comments become messages, with one row of IDs
    if thing.is_true("ispublic", "public") is not True:
        agent = people.find_agent(person_id, email, commenter)
        record = make_record("note", source_id, agent=agent, **common)
    elif is_customer:
        person_id = thing.pick_id("contactextid") or person_id
        contact = people.find_contact(person_id, email, commenter)
        record = make_record("message", source_id, contact=contact, channel="web", **common)
    else:
        agent = people.find_agent(person_id, email, commenter)
        record = make_record("message", source_id, agent=agent, channel="web", **common)
    yield record
    yield from _list_files(thing, record, attached)


def make_attachment(thing: Thing, attached: Mapping[str, str]) -> Record:
    """Return a file of the module Attachments, whose parent is a ticket, a thread or a comment."""
    source_id = thing.pick_id("attachmentextid", "attachmentid", "id", "recordid")
    comment_id = thing.pick_id("commentextid", "ticketcommentextid", "commentid")
    return make_record(
        "attachment",
        source_id,
        ticket=thing.pick_id("ticketextid", "ticketid", "caseid", "parentid"),
        message=thing.pick_id("threadextid", "threadid"),
        note=f"comment-{comment_id}" if comment_id else None,
        name=thing.pick("filename", "name", "attachmentname") or "file",
        path=attached.get(source_id) or thing.pick("path", "filepath"),
        size=_read_size(thing),
        created_at=thing.pick_time(*TIMES),
    )


def _list_files(thing: Thing, parent: Record, attached: Mapping[str, str]) -> Iterator[Record]:
    for each in list_things(thing, "attachments"):
        source_id = each.pick_id("id")
        yield make_record(
            "attachment",
            source_id,
            ticket=parent["ticket"],
            **{parent["kind"]: parent["id"]},
            name=each.pick("name", "filename") or "file",
            path=attached.get(source_id),
            size=_read_size(each),
            created_at=each.pick_time("createdtime") or parent.get("created_at"),
        )


def _read_size(thing: Thing) -> int | None:
    text = thing.pick("size", "filesize")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else None


def _is_private(thing: Thing) -> bool:
    """Return True for a thread that customers haven't seen, by any of the signs there are."""
    signs = [thing.is_true("isprivate"), thing.is_true("isforward"), thing.is_true("ispublic")]
    visibility = thing.pick("visibility").casefold() or "public"
    return True in signs[:2] or signs[2] is False or visibility != "public"

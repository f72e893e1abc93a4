"""Threads, comments and attachments of Zoho Desk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tickets.exchange.records import Record
from tickets.exchange.sources.exports import make_record
from tickets.exchange.sources.zoho.people import EMAILS, People
from tickets.exchange.sources.zoho.tickets import read_channel
from tickets.exchange.sources.zoho.values import Thing, list_things, read_body

TIMES = ("createdtime", "senddatetime", "senttime", "receivedtime", "commentedtime", "createdat")
UNSENT = ("draft", "pending", "review", "reject", "fail", "schedul")  # parts of a status
SENDERS = ("senderemail", "fromemailaddress", "from", "email")


def make_thread(
    thing: Thing, ticket_id: str, requester: str, people: People, attached: Mapping[str, str]
) -> Iterator[Record]:
    """Yield the message for an email or a post of a ticket, with its files.

    What is private, wasn't sent, or was forwarded to somebody else becomes a note: customers never
    saw it.
    """
    source_id = thing.pick_id("threadextid", "threadid", "id", "recordid")
    author = _find_author(thing, requester, people)
    common = {
        "ticket": ticket_id, "created_at": thing.pick_time(*TIMES),
        **read_body(thing, "content", "plaintext", "summary"),
    }  # fmt: skip
    if _is_private(thing):
        record = make_record("note", source_id, agent=author.get("agent"), **common)
    else:
        channel = read_channel(thing)
        record = make_record("message", source_id, channel=channel, **author, **common)
    yield record
    yield from _list_files(thing, record, attached)


def _find_author(thing: Thing, requester: str, people: People) -> dict[str, str]:
    """Return the agent of a thread that went out, or the contact of one that came in."""
    author, sender = thing.inner("author"), thing.pick(*SENDERS).rpartition("<")[2].strip("<> ")
    email = author.pick(*EMAILS) or sender
    if thing.pick("direction").casefold() == "out" or author.pick("type") == "AGENT":
        agent_id = thing.pick_id("agentextid", "agentid") or author.pick_id("id")
        return {"agent": people.find_agent(agent_id, email, author)}
    contact_id = thing.pick_id("contactextid", "contactid") or author.pick_id("id")
    return {"contact": people.find_contact(contact_id, email, author) or requester}


def make_comment(
    thing: Thing, ticket_id: str, people: People, attached: Mapping[str, str]
) -> Iterator[Record]:
    """Yield the note for a comment, or the message for one that is said to be public."""
    source_id = thing.pick_id("commentextid", "ticketcommentextid", "commentid", "id", "recordid")
    source_id = f"comment-{source_id}"  # threads and comments become messages, with one row of IDs
    common = {
        "ticket": ticket_id, "created_at": thing.pick_time(*TIMES),
        **read_body(thing, "content", "comment", "commentcontent"),
    }  # fmt: skip
    author = _find_commenter(thing, people)
    if thing.is_true("ispublic", "public") is not True:
        record = make_record("note", source_id, agent=author.get("agent"), **common)
    else:
        record = make_record("message", source_id, channel="web", **author, **common)
    yield record
    yield from _list_files(thing, record, attached)


def _find_commenter(thing: Thing, people: People) -> dict[str, str]:
    commenter = thing.inner("commenter")
    email = commenter.pick(*EMAILS) or thing.pick("commenteremail", "agentemail")
    person_id = thing.pick_id("commenterid", "agentextid", "agentid") or commenter.pick_id("id")
    contact_id = thing.pick_id("contactextid")
    if contact_id or commenter.pick("type") == "END_USER":
        return {"contact": people.find_contact(contact_id or person_id, email, commenter)}
    return {"agent": people.find_agent(person_id, email, commenter)}


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
    is_hidden = True in signs[:2] or signs[2] is False or visibility != "public"
    return is_hidden or _is_unsent(thing)


def _is_unsent(thing: Thing) -> bool:
    """Return True for a reply that is a draft, waits for its approval or couldn't be sent."""
    status = thing.pick("status").casefold()
    is_out = thing.pick("direction").casefold() != "in"
    return is_out and any(part in status for part in UNSENT)

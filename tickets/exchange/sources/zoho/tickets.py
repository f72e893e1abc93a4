"""Tickets of Zoho Desk: their own columns, and the others, which become custom fields."""

from __future__ import annotations

from typing import Any

from tickets.exchange.records import Record
from tickets.exchange.sources.exports import get_dict, get_text, get_texts, make_record
from tickets.exchange.sources.zoho.people import People
from tickets.exchange.sources.zoho.values import Thing

TICKET_IDS = ("ticketextid", "ticketid", "caseid", "id", "recordid")
CHANNELS = {
    "email": "email", "web": "web", "webform": "web", "phone": "phone", "chat": "chat",
    "online chat": "chat", "salesiq": "chat", "facebook": "facebook", "twitter": "twitter",
    "instagram": "instagram", "whatsapp": "whatsapp", "telegram": "telegram", "forums": "web",
    "feedback widget": "web", "feedbackwidget": "web", "asap": "web", "api": "api",
    "customer portal": "web", "web form": "web",
}  # fmt: skip
ANSWERS = ("category", "subcategory", "classification", "language", "resolution", "productname")
# Columns with a place of their own, or that say nothing about the ticket elsewhere.
KNOWN = {
    *TICKET_IDS, "ticketnumber", "requestid", "casenumber", "ticketreferenceid", "number",
    "subject", "description", "status", "statustype", "priority", "channel", "channelcode",
    "departmentid", "departmentextid", "department", "departmentname", "contactid",
    "contactextid", "contactname", "contact", "email", "contactemail", "phone", "accountid",
    "accountextid", "accountname",
    "account", "ticketownerid", "ticketowner", "caseownerid", "caseowner", "assigneeid", "assignee",
    "agentextid", "agentemail", "ownerid", "owner", "createdtime", "createdat", "modifiedtime",
    "lastmodifiedtime", "closedtime", "ticketclosedtime", "tags", "tag", "threads", "conversations",
    "comments", "weburl", "cf", "customfields", "isspam", "isread", "threadcount", "commentcount",
    "createdby", "modifiedby", "createdbyid", "modifiedbyid", "customerresponsetime", "layoutid",
    "source", "secondarycontacts", "sharedcount", "approvalcount", "followercount", "taskcount",
    "timeentrycount", "attachmentcount", "entityskills", "isescalated", "isoverdue", "isdeleted",
    "istrashed", "isarchived", "isresponseoverdue", "shareddepartments", "layoutdetails",
}  # fmt: skip


def make_ticket(thing: Thing, people: People) -> Record:
    """Return a ticket. Its status, priority and department are the export's own words."""
    source_id = thing.pick_id(*TICKET_IDS)
    return make_record(
        "ticket",
        source_id,
        number=thing.pick(
            "ticketnumber", "requestid", "casenumber", "ticketreferenceid", "number"
        ) or source_id,
        subject=thing.pick("subject"),
        state=thing.pick("status"),
        channel=read_channel(thing),
        priority=thing.pick("priority"),
        department=_name_department(thing, people),
        contact=_find_requester(thing, people),
        account=thing.pick_id("accountextid", "accountid") or thing.inner("account").pick_id("id"),
        assignee=_find_assignee(thing, people),
        tags=get_texts(thing.values.get("tags") or thing.values.get("tag")),
        fields=_list_answers(thing),
        created_at=thing.pick_time("createdtime", "createdat"),
        updated_at=thing.pick_time("modifiedtime", "lastmodifiedtime"),
        closed_at=thing.pick_time("closedtime", "ticketclosedtime"),
    )  # fmt: skip


def read_channel(thing: Thing) -> str:
    """Return our channel for what a ticket or a thread came by, or its own name for it."""
    name = thing.pick("channel", "channelcode")
    return CHANNELS.get(name.casefold(), name.lower())


def _name_department(thing: Thing, people: People) -> str:
    inner = thing.inner("department")
    source_id = thing.pick_id("departmentextid", "departmentid") or inner.pick_id("id")
    name = thing.pick("departmentname", "department") or inner.pick("name")
    return name or people.departments.get(source_id, source_id)


def _find_requester(thing: Thing, people: People) -> str:
    inner = thing.inner("contact")
    source_id = thing.pick_id("contactextid", "contactid") or inner.pick_id("id")
    email = thing.pick("contactemail", "email") or inner.pick("email")
    named = Thing({"name": thing.pick("contactname"), "email": email})
    return people.find_contact(source_id, email, inner if inner.values else named)


def _find_assignee(thing: Thing, people: People) -> str:
    inner = thing.inner("assignee")
    source_id = thing.pick_id(
        "agentextid", "ticketownerid", "caseownerid", "assigneeid", "ownerid"
    ) or inner.pick_id("id")
    email = thing.pick("agentemail") or inner.pick("email", "emailid")
    named = Thing({"name": thing.pick("ticketowner", "caseowner", "owner"), "email": email})
    return people.find_agent(source_id, email, inner if inner.values else named)


def _list_answers(thing: Thing) -> dict[str, Any]:
    """Return the other columns by their titles, and the custom fields of the API by their names."""
    answers: dict[str, Any] = {}
    for name, value in thing.values.items():
        text = get_text(value) if not isinstance(value, bool) else str(value).lower()
        if name and (name in ANSWERS or name not in KNOWN) and text:
            answers[thing.titles.get(name, name)] = text
    for name in ("customfields", "cf"):
        for title, value in get_dict(thing.values.get(name)).items():
            if isinstance(value, bool | int | float) or get_text(value):
                answers.setdefault(title, value)
    return answers

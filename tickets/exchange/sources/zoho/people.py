"""People and companies of Zoho Desk, and finding them by what tickets and threads say."""

from __future__ import annotations

from collections.abc import Iterator

from tickets.exchange.records import Record
from tickets.exchange.sources.exports import make_record
from tickets.exchange.sources.zoho.values import Thing, read_name

AGENT_IDS = ("agentextid", "agentid", "userid", "id", "recordid")
CONTACT_IDS = ("contactextid", "contactid", "id", "recordid")
ACCOUNT_IDS = ("accountextid", "accountid", "id", "recordid")
DEPARTMENT_IDS = ("departmentextid", "departmentid", "id", "recordid")
EMAILS = ("email", "emailid", "primaryemail", "secondaryemail")


def make_agent(thing: Thing) -> Record:
    """Return an agent."""
    source_id, email = thing.pick_id(*AGENT_IDS), thing.pick(*EMAILS).lower()
    return make_record("agent", source_id, name=read_name(thing) or email or source_id, email=email)


def make_contact(thing: Thing) -> Record:
    """Return a contact. One without an ID has its address as its ID."""
    email = thing.pick(*EMAILS)
    return make_record(
        "contact",
        thing.pick_id(*CONTACT_IDS) or email.lower(),
        name=read_name(thing),
        email=email,
        account=thing.pick_id("accountextid", "accountid") or thing.inner("account").pick_id("id"),
        language=thing.pick("language"),
        created_at=thing.pick_time("createdtime", "createdat"),
    )


def make_account(thing: Thing) -> Record:
    """Return an account. Its website says no domain, which may be one that many share."""
    source_id = thing.pick_id(*ACCOUNT_IDS)
    return make_record(
        "account",
        source_id,
        name=thing.pick("accountname", "name") or source_id,
        country=thing.pick("country"),
        created_at=thing.pick_time("createdtime", "createdat"),
    )


class People:
    """Who is known by ID or address, and who was only named by a ticket or a thread."""

    def __init__(self) -> None:
        self.agents: set[str] = set()
        self.contacts: set[str] = set()
        self.departments: dict[str, str] = {}
        self._agents_by_email: dict[str, str] = {}
        self._contacts_by_email: dict[str, str] = {}
        self._new: dict[tuple[str, str], Record] = {}

    def learn(self, module: str, thing: Thing) -> None:
        """Remember an agent, a contact or a department of the export."""
        email = thing.pick(*EMAILS).lower()
        if module == "agents":
            self.agents.add(thing.pick_id(*AGENT_IDS))
            self._agents_by_email.setdefault(email, thing.pick_id(*AGENT_IDS))
        elif module == "contacts":
            source_id = thing.pick_id(*CONTACT_IDS) or email
            self.contacts.add(source_id)
            self._contacts_by_email.setdefault(email, source_id)
        elif module == "departments":
            name = thing.pick("departmentname", "name")
            self.departments[thing.pick_id(*DEPARTMENT_IDS)] = name

    def find_agent(self, source_id: str, email: str, person: Thing) -> str:
        """Return an agent's ID by what is known of them; "" if that is nothing.

        person: what else is said, for agents whom the export has nowhere else.
        """
        email = email.lower()
        source_id = source_id or self._agents_by_email.get(email, email)
        if source_id not in self.agents:
            self._keep(make_agent(person), source_id, email)
        return source_id

    def find_contact(self, source_id: str, email: str, person: Thing) -> str:
        """Return a contact's ID by what is known of them; "" if that is nothing."""
        email = email.lower()
        source_id = source_id or self._contacts_by_email.get(email, email)
        if source_id not in self.contacts:
            self._keep(make_contact(person), source_id, email)
        return source_id

    def _keep(self, record: Record, source_id: str, email: str) -> None:
        """Keep somebody whom the export has nowhere else, if anything is known of them."""
        email = record.get("email") or email
        if source_id and (email or record.get("name")):
            named = {**record, "id": source_id, **({"email": email} if email else {})}
            if named["kind"] == "agent" and not named.get("name"):
                named["name"] = email
            self._new.setdefault((named["kind"], source_id), named)

    def list_new(self) -> Iterator[Record]:
        """Yield those whom only tickets and threads name."""
        yield from self._new.values()

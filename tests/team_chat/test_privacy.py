"""An agent's chat users are in the export, and go with the agent, from the audit as well."""

from __future__ import annotations

import io
import json
import zipfile

from accounts.audit import record_audit
from accounts.models import AuditAction, AuditEntry
from channels_intake.models import ChatPerson
from helpdesk.privacy.agents import erase_agent
from helpdesk.privacy.export import export_agent
from tests.cast import NOON, Cast
from tests.privacy.search import find_in_tables

NICKNAME = "zanziquux"


def make_person(cast: Cast) -> ChatPerson:
    person = ChatPerson.objects.create(
        desk=cast.desk, kind="slack", agent=cast.colleague, user_id="U1", user_name=NICKNAME
    )
    detail = {"model": "channels_intake.chatperson", "changes": {"user_name": ["", NICKNAME]}}
    record_audit(
        desk=cast.desk, by=cast.admin.user, action=AuditAction.CHANGED, about=person, detail=detail
    )
    return person


def test_the_export_of_an_agent_has_their_chat_users(in_rocket: Cast) -> None:
    make_person(in_rocket)
    file = io.BytesIO()
    export_agent(desk=in_rocket.desk, agent=in_rocket.colleague, to=file, at=NOON)
    with zipfile.ZipFile(file) as archive:
        rows = archive.read("chat_users.jsonl").decode().splitlines()
    assert json.loads(rows[0])["user_name"] == NICKNAME


def test_an_erased_agent_leaves_no_name_in_chats(in_rocket: Cast) -> None:
    make_person(in_rocket)
    in_rocket.colleague.is_active = False
    in_rocket.colleague.save()
    assert set(find_in_tables([NICKNAME])) >= {"channels_intake_chatperson.user_name"}
    erase_agent(desk=in_rocket.desk, agent=in_rocket.colleague, by=in_rocket.admin, at=NOON)
    assert not ChatPerson.objects.exists()
    assert AuditEntry.objects.exists()
    assert find_in_tables([NICKNAME]) == []

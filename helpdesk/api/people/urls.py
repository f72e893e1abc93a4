"""Addresses of contacts, accounts and agents."""

from __future__ import annotations

from django.urls import path

from helpdesk.api.people.accounts import (
    AccountListView,
    AccountView,
    DomainListView,
    DomainView,
    NoteView,
)
from helpdesk.api.people.agents import (
    AgentListView,
    AgentProfileView,
    InvitationListView,
    InvitationView,
)
from helpdesk.api.people.contacts import ContactListView, ContactView
from helpdesk.api.people.erasure import AgentErasureView, ContactErasureView
from helpdesk.api.people.merging import ContactMergeView

OF_ACCOUNT = "accounts/<int:account_id>/"
PEOPLE = [
    path("contacts/", ContactListView.as_view(), name="contacts"),
    path("contacts/<int:contact_id>/", ContactView.as_view(), name="contact"),
    path(
        "contacts/<int:contact_id>/erasure/", ContactErasureView.as_view(), name="contact_erasure"
    ),
    path("contacts/<int:contact_id>/merge/", ContactMergeView.as_view(), name="contact_merge"),
    path("agents/", AgentListView.as_view(), name="agents"),
    path("agents/<int:agent_id>/", AgentProfileView.as_view(), name="agent_profile"),
    path("agents/<int:agent_id>/erasure/", AgentErasureView.as_view(), name="agent_erasure"),
    path("invitations/", InvitationListView.as_view(), name="invitations"),
    path("invitations/<int:invitation_id>/", InvitationView.as_view(), name="invitation"),
    path("accounts/", AccountListView.as_view(), name="accounts"),
    path(OF_ACCOUNT, AccountView.as_view(), name="account"),
    path(f"{OF_ACCOUNT}note/", NoteView.as_view(), name="account_note"),
    path(f"{OF_ACCOUNT}domains/", DomainListView.as_view(), name="account_domains"),
    path(f"{OF_ACCOUNT}domains/<int:domain_id>/", DomainView.as_view(), name="account_domain"),
]

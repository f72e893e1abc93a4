"""Models of this package, one module per subject. Import them from here.

May import the package's pure modules. Start with desks.py, people.py and customers.py.
"""

from accounts.models.account_notes import AccountNote
from accounts.models.audit import AuditAction, AuditEntry
from accounts.models.base import DeskModel, KeylessDeskModel, make_change_time
from accounts.models.cards import CardSubject, CustomerCard
from accounts.models.choices import DepartmentKind, Level, Role, Visibility
from accounts.models.crm import (
    ConnectionState,
    CrmConnection,
    CrmLink,
    CrmMark,
    CrmPull,
    CrmSetAside,
    PullState,
)
from accounts.models.customers import (
    Account,
    AccountDomain,
    AccountProduct,
    AccountStatus,
    Contact,
    ContactRole,
)
from accounts.models.desk_texts import (
    EMERGENCY_TEXTS,
    LEVEL_SENTENCES,
    SENTENCE_STATES,
    STATE_WORDS,
)
from accounts.models.desks import ACCENTS, Desk
from accounts.models.erased import ErasedDesk
from accounts.models.handles import ContactHandle, HandleProof, Network
from accounts.models.identities import GroupRole, Identity, IdentityProvider
from accounts.models.invitations import Invitation, InvitedAs
from accounts.models.merged_contacts import MergedContact
from accounts.models.oauth import (
    OAuthAccessToken,
    OAuthApplication,
    OAuthDeviceGrant,
    OAuthGrant,
    OAuthIdToken,
    OAuthRefreshToken,
)
from accounts.models.people import Agent, AgentDepartment, Department, User
from accounts.models.plans import Plan, PlanProduct, Product, ProductLine
from accounts.models.regions import Region
from accounts.models.tokens import ApiToken, Resource

__all__ = [
    "ACCENTS",
    "EMERGENCY_TEXTS",
    "LEVEL_SENTENCES",
    "SENTENCE_STATES",
    "STATE_WORDS",
    "Account",
    "AccountDomain",
    "AccountNote",
    "AccountProduct",
    "AccountStatus",
    "Agent",
    "AgentDepartment",
    "ApiToken",
    "AuditAction",
    "AuditEntry",
    "CardSubject",
    "ConnectionState",
    "Contact",
    "ContactHandle",
    "ContactRole",
    "CrmConnection",
    "CrmLink",
    "CrmMark",
    "CrmPull",
    "CrmSetAside",
    "CustomerCard",
    "Department",
    "DepartmentKind",
    "Desk",
    "DeskModel",
    "ErasedDesk",
    "GroupRole",
    "HandleProof",
    "Identity",
    "IdentityProvider",
    "Invitation",
    "InvitedAs",
    "KeylessDeskModel",
    "Level",
    "MergedContact",
    "Network",
    "OAuthAccessToken",
    "OAuthApplication",
    "OAuthDeviceGrant",
    "OAuthGrant",
    "OAuthIdToken",
    "OAuthRefreshToken",
    "Plan",
    "PlanProduct",
    "Product",
    "ProductLine",
    "PullState",
    "Region",
    "Resource",
    "Role",
    "User",
    "Visibility",
    "make_change_time",
]

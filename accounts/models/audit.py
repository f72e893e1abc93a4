"""The audit log: changes of rights and settings."""

from __future__ import annotations

from django.apps import apps
from django.db import models
from django.db.models.fields.json import KeyTextTransform
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models.base import DeskModel

COMMAND = "manage.py"  # the actor of what an operator runs on the command line
VERIFICATION_EMAIL = "verification email"  # the actor of what the arrival of an email proves


class AuditAction(models.TextChoices):
    """Actions in the audit log. The database stores the code; `AuditEntry.summary` translates it.

    The first four are about any model, which `AuditEntry.detail` names.
    """

    ADDED = "added", pgettext_lazy("audit", "Added")
    CHANGED = "changed", pgettext_lazy("audit", "Changed")
    DELETED = "deleted", pgettext_lazy("audit", "Deleted")
    VIEWED = "viewed", pgettext_lazy("audit", "Viewed")

    TERMS_CHANGED = "terms_changed", _("Account's plan or status changed")
    ROLE_CHANGED = "role_changed", _("Contact's role changed")
    PERSON_REMOVED = "person_removed", _("Person removed from an account by its manager")
    DOMAIN_ASSIGNED = "domain_assigned", _("Domain assigned to an account")
    CONTACT_CLAIMED = "contact_claimed", _("Contact claimed by its owner")
    HANDLE_JOINED = "handle_joined", _("Identity linked to a contact")
    HANDLE_PROVEN = "handle_proven", _("Identity verified")
    CONTACT_MERGED = "contact_merged", _("Contact merged into another")
    LOGIN_UNLINKED = "login_unlinked", _("Sign-in removed from a contact")
    LOGIN_EMAIL_CHANGED = "login_email_changed", _("User's email address changed")
    TWO_FACTOR_REMOVED = "two_factor_removed", _("Two-factor authentication removed")
    SSO_LINKED = "sso_linked", _("Agent linked to single sign-on")
    INVITED = "invited", _("Invitation sent")
    INVITATION_WITHDRAWN = "invitation_withdrawn", _("Invitation withdrawn")
    INVITATION_ACCEPTED = "invitation_accepted", _("Invitation accepted")
    CSV_IMPORTED = "csv_imported", _("CSV file imported")
    CSV_EXPORTED = "csv_exported", _("CSV file exported")
    IMPORT_STARTED = "import_started", _("Import from another help desk started")
    IMPORT_CANCELED = "import_canceled", _("Import from another help desk canceled")
    CRM_PULL_REQUESTED = "crm_pull_requested", _("CRM sync requested")
    MAILBOX_VERIFIED = "mailbox_verified", _("Mailbox verified")
    MAILBOX_CODE_SENT = "mailbox_code_sent", _("Mailbox verification code sent")
    EMAIL_RELEASED = "email_released", _("Quarantined email released")
    EMAIL_DISCARDED = "email_discarded", _("Quarantined email discarded")
    EMAIL_RESTORED = "email_restored", _("Quarantined email restored")
    TARGET_ADDED = "target_added", _("SLA target added")
    TARGET_CHANGED = "target_changed", _("SLA target changed")
    TARGET_DELETED = "target_deleted", _("SLA target deleted")
    DESK_SUSPENDED = "desk_suspended", _("Help desk suspended")
    DESK_RESUMED = "desk_resumed", _("Help desk resumed")
    DESK_EXPORTED = "desk_exported", _("Help desk exported")
    PERSON_ERASED = "person_erased", _("Person erased")
    PERSON_EXPORTED = "person_exported", _("Person's data exported")
    TOKEN_CREATED = "token_created", _("API token created")
    TOKEN_ROTATED = "token_rotated", _("API token rotated")
    TOKEN_REVOKED = "token_revoked", _("API token revoked")
    APPLICATION_ALLOWED = "application_allowed", _("Application allowed")
    APPLICATION_WITHDRAWN = "application_withdrawn", _("Application withdrawn")
    SERVICE_ADDED = "service_added", _("Service account added")
    SERVICE_CHANGED = "service_changed", _("Service account changed")


ABOUT_A_KIND: dict[str, Promise] = {
    AuditAction.ADDED: _("%(kind)s added"),
    AuditAction.CHANGED: _("%(kind)s changed"),
    AuditAction.DELETED: _("%(kind)s deleted"),
    AuditAction.VIEWED: _("%(kind)s viewed"),
}


class AuditEntry(DeskModel):
    """One change of a setting or right. The application's role may add entries, never alter them.

    Written by accounts.audit only. detail: JSON with what the action needs, and ``model``
    ("sla.calendar") and ``pk`` (text) of the row that the entry is about, so that the row's
    history shows it. The database keeps both in columns of their own: under row-level security,
    an index can serve a plain comparison of texts, but none of JSON.
    """

    at = models.DateTimeField(_("time"), auto_now_add=True)
    user = models.ForeignKey(
        "accounts.User",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("user"),
    )
    actor = models.CharField(_("changed by"), max_length=254)
    action = models.CharField(_("action"), max_length=40, choices=AuditAction.choices)
    target = models.CharField(_("target"), max_length=254)
    detail = models.JSONField(_("details"), default=dict)
    about_model = models.GeneratedField(
        expression=KeyTextTransform("model", "detail"),
        output_field=models.TextField(null=True),
        db_persist=True,
    )
    about_pk = models.GeneratedField(
        expression=KeyTextTransform("pk", "detail"),
        output_field=models.TextField(null=True),
        db_persist=True,
    )

    class Meta:
        ordering = ["-id"]
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["desk", "-id"], name="audit_desk_newest"),
            models.Index(fields=["desk", "actor", "-id"], name="audit_by_actor"),
            models.Index(fields=["desk", "about_model", "about_pk", "-id"], name="audit_by_row"),
        ]

    def __str__(self) -> str:
        return f"{self.actor_label}: {self.summary} ({self.target})"

    @property
    def summary(self) -> str:
        """The action in the active language, such as "Calendar changed".

        An action or kind of row that this version does not know is named as it was stored.
        """
        sentence = ABOUT_A_KIND.get(self.action)
        kind = self._describe_kind()
        if sentence is None or not kind:
            return str(self.get_action_display())
        return str(sentence) % {"kind": capfirst(kind)}

    def _describe_kind(self) -> str:
        label = self.detail.get("model", "")
        try:
            return str(apps.get_model(label)._meta.verbose_name) if label else ""
        except LookupError:
            return str(label)

    @property
    def actor_label(self) -> str:
        """The actor: an email address, an agent's name, or a system."""
        if self.actor == VERIFICATION_EMAIL:
            return gettext("Verification email")
        return self.actor

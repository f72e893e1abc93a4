"""Contacts that were merged into another one: where their email and old links go."""

import django.db.models.deletion
from django.db import migrations, models

import accounts.models.fields
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):
    dependencies = [("accounts", "0042_audit_indexes")]

    operations = [
        migrations.CreateModel(
            name="MergedContact",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("former_id", models.BigIntegerField()),
                (
                    "email",
                    models.EmailField(
                        blank=True, default="", max_length=254, verbose_name="email address"
                    ),
                ),
                (
                    "name",
                    accounts.models.fields.LineField(
                        blank=True, default="", max_length=120, verbose_name="name"
                    ),
                ),
                ("merged_at", models.DateTimeField(verbose_name="merged")),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="merged",
                        to="accounts.contact",
                        verbose_name="contact",
                    ),
                ),
                (
                    "desk",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="accounts.desk",
                        verbose_name="desk",
                    ),
                ),
            ],
            options={
                "verbose_name": "merged contact",
                "verbose_name_plural": "merged contacts",
                "ordering": ["id"],
            },
        ),
        migrations.AddConstraint(
            model_name="mergedcontact",
            constraint=models.UniqueConstraint(
                fields=("desk", "former_id"), name="merged_contact_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mergedcontact",
            constraint=models.UniqueConstraint(
                condition=models.Q(("email", ""), _negated=True),
                fields=("desk", "email"),
                name="merged_contact_email_unique",
            ),
        ),
        migrations.AddIndex(
            model_name="mergedcontact",
            index=models.Index(fields=["desk", "email", "id"], name="merged_contact_by_email"),
        ),
        migrations.AlterField(
            model_name="auditentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("added", "Added"),
                    ("changed", "Changed"),
                    ("deleted", "Deleted"),
                    ("viewed", "Viewed"),
                    ("terms_changed", "Account's plan or status changed"),
                    ("role_changed", "Contact's role changed"),
                    ("person_removed", "Person removed from an account by its manager"),
                    ("domain_assigned", "Domain assigned to an account"),
                    ("contact_claimed", "Contact claimed by its owner"),
                    ("handle_joined", "Identity linked to a contact"),
                    ("handle_proven", "Identity verified"),
                    ("contact_merged", "Contact merged into another"),
                    ("login_unlinked", "Sign-in removed from a contact"),
                    ("login_email_changed", "User's email address changed"),
                    ("two_factor_removed", "Two-factor authentication removed"),
                    ("sso_linked", "Agent linked to single sign-on"),
                    ("invited", "Invitation sent"),
                    ("invitation_withdrawn", "Invitation withdrawn"),
                    ("invitation_accepted", "Invitation accepted"),
                    ("csv_imported", "CSV file imported"),
                    ("csv_exported", "CSV file exported"),
                    ("import_started", "Import from another help desk started"),
                    ("import_canceled", "Import from another help desk canceled"),
                    ("crm_pull_requested", "CRM sync requested"),
                    ("mailbox_verified", "Mailbox verified"),
                    ("mailbox_code_sent", "Mailbox verification code sent"),
                    ("email_released", "Quarantined email released"),
                    ("email_discarded", "Quarantined email discarded"),
                    ("email_restored", "Quarantined email restored"),
                    ("target_added", "SLA target added"),
                    ("target_changed", "SLA target changed"),
                    ("target_deleted", "SLA target deleted"),
                    ("desk_suspended", "Help desk suspended"),
                    ("desk_resumed", "Help desk resumed"),
                    ("desk_exported", "Help desk exported"),
                    ("person_erased", "Person erased"),
                    ("person_exported", "Person's data exported"),
                    ("token_created", "API token created"),
                    ("token_rotated", "API token rotated"),
                    ("token_revoked", "API token revoked"),
                    ("application_allowed", "Application allowed"),
                    ("application_withdrawn", "Application withdrawn"),
                    ("service_added", "Service account added"),
                    ("service_changed", "Service account changed"),
                ],
                max_length=40,
                verbose_name="action",
            ),
        ),
        WallOff("accounts_mergedcontact"),
        KeysWithinDesk("MergedContact"),
    ]

"""API tokens and the service accounts that some of them belong to."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0034_files_and_retention"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiToken",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "name",
                    models.CharField(
                        help_text="What uses this token, such as “Nightly report”.",
                        max_length=80,
                        verbose_name="name",
                    ),
                ),
                (
                    "token_hash",
                    models.CharField(
                        editable=False,
                        max_length=64,
                    ),
                ),
                (
                    "hint",
                    models.CharField(editable=False, max_length=20, verbose_name="begins with"),
                ),
                (
                    "scopes",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=40), size=None, verbose_name="scopes"
                    ),
                ),
                (
                    "passed_two_factor",
                    models.BooleanField(
                        default=False,
                        editable=False,
                        verbose_name="made with two-factor authentication",
                    ),
                ),
                (
                    "requests_per_minute",
                    models.PositiveIntegerField(
                        default=600,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(6000),
                        ],
                        verbose_name="requests per minute",
                    ),
                ),
                ("created_at", models.DateTimeField(verbose_name="created at")),
                (
                    "expires_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expires at"),
                ),
                (
                    "last_used_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="last used at"),
                ),
                (
                    "last_ip",
                    models.GenericIPAddressField(
                        editable=False, null=True, verbose_name="last IP address"
                    ),
                ),
                (
                    "previous_hash",
                    models.CharField(
                        editable=False,
                        max_length=64,
                        null=True,
                    ),
                ),
                (
                    "previous_until",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="previous secret works until"
                    ),
                ),
                (
                    "revoked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="revoked at"),
                ),
            ],
            options={
                "verbose_name": "API token",
                "verbose_name_plural": "API tokens",
                "ordering": ["-id"],
            },
        ),
        migrations.AddField(
            model_name="agent",
            name="is_service",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="desk",
            name="max_token_days",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="New API tokens can't be valid for longer. Enter 0 for no limit: tokens that never expire are then allowed.",
                validators=[django.core.validators.MaxValueValidator(3650)],
                verbose_name="days until API tokens expire at the latest",
            ),
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
                    ("login_unlinked", "Sign-in removed from a contact"),
                    ("login_email_changed", "User's email address changed"),
                    ("two_factor_removed", "Two-factor authentication removed"),
                    ("sso_linked", "Agent linked to single sign-on"),
                    ("invited", "Invitation sent"),
                    ("invitation_withdrawn", "Invitation withdrawn"),
                    ("invitation_accepted", "Invitation accepted"),
                    ("csv_imported", "CSV file imported"),
                    ("csv_exported", "CSV file exported"),
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
        migrations.AddConstraint(
            model_name="agent",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_service", False), ("is_active", False), _connector="OR"),
                name="agent_service_is_inactive",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="agent",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="api_tokens",
                to="accounts.agent",
                verbose_name="agent",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="created_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="created by",
            ),
        ),
        migrations.AddField(
            model_name="apitoken",
            name="desk",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="accounts.desk",
                verbose_name="desk",
            ),
        ),
        migrations.AddIndex(
            model_name="apitoken",
            index=models.Index(fields=["desk", "agent"], name="api_token_of_agent"),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                fields=("token_hash",), name="api_token_hash_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="apitoken",
            constraint=models.UniqueConstraint(
                fields=("previous_hash",), name="api_token_previous_unique"
            ),
        ),
        WallOff("accounts_apitoken"),
        KeysWithinDesk("ApiToken"),
    ]

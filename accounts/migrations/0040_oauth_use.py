"""Add limits and last uses of applications; end the tokens of deactivated people.

Those tokens didn't work, but would have again after a reactivation.
"""

import django.core.validators
from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

OFF = """
  (SELECT a.id FROM accounts_agent a JOIN accounts_user u ON u.id = a.user_id
    WHERE NOT a.is_service AND NOT (a.is_active AND u.is_active))
"""
OFF_USERS = "(SELECT id FROM accounts_user WHERE NOT is_active)"
# The owner of the tables sees no rows under row-level security; the system role sees all.
END = [
    f"SET ROLE {SYSTEM_ROLE}",
    f"""
    UPDATE accounts_apitoken SET revoked_at = now(), previous_hash = NULL, previous_until = NULL
    WHERE revoked_at IS NULL AND agent_id IN {OFF}
    """,
    f"DELETE FROM accounts_oauthgrant WHERE user_id IN {OFF_USERS}",
    f"""
    UPDATE accounts_oauthrefreshtoken SET revoked = now(), access_token_id = NULL
    WHERE revoked IS NULL AND user_id IN {OFF_USERS}
    """,
    f"DELETE FROM accounts_oauthaccesstoken WHERE user_id IN {OFF_USERS}",
    "SET ROLE none",
]


class Migration(migrations.Migration):
    dependencies = [("accounts", "0039_change_times")]

    operations = [
        migrations.AddField(
            "oauthapplication",
            "requests_per_minute",
            models.PositiveIntegerField(
                db_default=600,
                default=600,
                validators=[
                    django.core.validators.MinValueValidator(1),
                    django.core.validators.MaxValueValidator(6000),
                ],
                verbose_name="requests per minute",
            ),
        ),
        *(
            migrations.AddField(
                name,
                "last_used_at",
                models.DateTimeField(editable=False, null=True, verbose_name="last used at"),
            )
            for name in ("oauthapplication", "oauthaccesstoken")
        ),
        migrations.AddField(
            "oauthaccesstoken",
            "last_ip",
            models.GenericIPAddressField(
                editable=False, null=True, verbose_name="last IP address"
            ),
        ),
        migrations.RunSQL(END, migrations.RunSQL.noop),
    ]

"""Indexes that no query uses: beside a unique key that starts with the same column, and for LIKE."""

import django.db.models.deletion
from django.db import migrations, models

DROP = """
DROP INDEX IF EXISTS channels_intake_replytoken_ticket_id_f9e415b6;
DROP INDEX IF EXISTS channels_intake_replytoken_token_35b66c6b_like;
DROP INDEX IF EXISTS channels_intake_outgoingemail_rfc_message_id_1c274e62_like;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('channels_intake', '0009_unsent_mail'),
        ('tickets', '0014_archive'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(DROP, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name='replytoken',
                    name='ticket',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket'),
                ),
            ],
        ),
    ]

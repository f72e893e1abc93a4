"""Indexes go that a unique key covers, or that nothing reads.

Django makes the last ones for LIKE on unique texts, which are only compared with "=".
"""

import django.db.models.deletion
from django.db import migrations, models


UNREAD = """
DROP INDEX IF EXISTS accounts_user_email_b2644a56_like, accounts_desk_slug_250a8bd7_like,
  accounts_invitation_token_hash_3d59d75c_like;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_notification_days'),
    ]

    operations = [
        migrations.AlterField(
            model_name='accountproduct',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='accounts.account', verbose_name='account'),
        ),
        migrations.AlterField(
            model_name='agentdepartment',
            name='agent',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='accounts.agent', verbose_name='agent'),
        ),
        migrations.AlterField(
            model_name='crmlink',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='accounts.crmconnection'),
        ),
        migrations.AlterField(
            model_name='crmmark',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='accounts.crmconnection'),
        ),
        migrations.AlterField(
            model_name='crmsetaside',
            name='connection',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='set_asides', to='accounts.crmconnection', verbose_name='connection'),
        ),
        migrations.AlterField(
            model_name='grouprole',
            name='provider',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='group_roles', to='accounts.identityprovider', verbose_name='identity provider'),
        ),
        migrations.AlterField(
            model_name='identity',
            name='provider',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.identityprovider', verbose_name='identity provider'),
        ),
        migrations.AlterField(
            model_name='planproduct',
            name='plan',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='accounts.plan'),
        ),
        migrations.RunSQL(UNREAD, migrations.RunSQL.noop),
    ]

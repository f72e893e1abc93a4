from django.db import migrations, models

from accounts.tenancy import SYSTEM_ROLE

# A sentence that an older version stored becomes the text of the reason "crm_error", which is shown
# as it is.
FILL = f"""
SET ROLE {SYSTEM_ROLE};
UPDATE accounts_crmconnection SET error = 'crm_error', error_data = jsonb_build_object('error', error)
  WHERE error <> '';
UPDATE accounts_crmpull SET error = 'crm_error', error_data = jsonb_build_object('error', error)
  WHERE error <> '';
UPDATE accounts_crmsetaside SET reason = 'crm_error', reason_data = jsonb_build_object('error', reason)
  WHERE reason <> '';
RESET ROLE;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='crmconnection',
            name='error_data',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='crmpull',
            name='error_data',
            field=models.JSONField(blank=True, default=dict, editable=False),
        ),
        migrations.AddField(
            model_name='crmsetaside',
            name='reason_data',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name='crmconnection',
            name='error',
            field=models.CharField(blank=True, default='', editable=False, max_length=40, verbose_name='error'),
        ),
        migrations.AlterField(
            model_name='crmpull',
            name='error',
            field=models.CharField(blank=True, default='', editable=False, max_length=40, verbose_name='error'),
        ),
        migrations.AlterField(
            model_name='crmsetaside',
            name='reason',
            field=models.CharField(blank=True, default='', max_length=40, verbose_name='reason'),
        ),
    ]

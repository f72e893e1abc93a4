"""The note about an account."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0027_replies"),
    ]

    operations = [
        migrations.CreateModel(
            name='AccountNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(verbose_name='text')),
                ('edited_at', models.DateTimeField(verbose_name='edited')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='note', to='accounts.account', verbose_name='account')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('edited_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='edited by')),
            ],
            options={
                'verbose_name': 'note about an account',
                'verbose_name_plural': 'notes about accounts',
            },
        ),
        WallOff("accounts_accountnote"),
        KeysWithinDesk("AccountNote"),
    ]

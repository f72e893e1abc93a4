"""Handles of contacts at networks other than email."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0023_fewer_indexes_of_lines'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContactHandle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('network', models.CharField(choices=[('phone', 'Phone'), ('facebook', 'Facebook'), ('instagram', 'Instagram'), ('x', 'X'), ('rocketchat', 'Rocket.Chat'), ('messenger', 'Website messenger'), ('google_play', 'Google Play'), ('app_store', 'App Store'), ('whatsapp', 'WhatsApp'), ('telegram', 'Telegram')], max_length=12, verbose_name='network')),
                ('scope', models.CharField(default='', editable=False, max_length=100)),
                ('external_id', models.CharField(max_length=190, verbose_name='ID')),
                ('name', models.CharField(blank=True, default='', max_length=120, verbose_name='name')),
                ('proof', models.CharField(blank=True, choices=[('', 'Not proven'), ('portal', 'Signed in'), ('email', 'Verified email address'), ('agent', 'Decided by an agent')], default='', max_length=6, verbose_name='proof')),
                ('proven_at', models.DateTimeField(null=True, verbose_name='proven')),
                ('reason', models.CharField(blank=True, default='', max_length=250, verbose_name='reason')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handles', to='accounts.contact', verbose_name='contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('proven_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent')),
            ],
            options={
                'verbose_name': 'handle of a contact',
                'verbose_name_plural': 'handles of contacts',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'network', 'scope', 'external_id'), name='contact_handle_once')],
            },
        ),
        WallOff("accounts_contacthandle"),
        KeysWithinDesk("ContactHandle"),
    ]

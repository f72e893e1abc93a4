"""Choices of notifications, and the emails that are due."""

import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0053_notes"),
    ]

    operations = [
        migrations.CreateModel(
            name='NotificationSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('waits_for_shift', models.BooleanField(default=True, verbose_name='wait for my shift')),
                ('has_digest', models.BooleanField(default=False, verbose_name='daily summary')),
                ('digest_on', models.DateField(null=True)),
                ('agent', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'notification settings',
                'verbose_name_plural': 'notification settings',
            },
        ),
        migrations.CreateModel(
            name='NotificationChoice',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('mention', 'Someone mentions me in a note'), ('assignment', 'A ticket or defect is assigned or handed over to me'), ('emergency', 'Emergencies and escalation alerts'), ('reply', "A customer replies on a ticket I'm assigned to or watching"), ('note', "A colleague adds a note to a ticket I'm assigned to or watching"), ('deadline', 'An SLA target is due soon or overdue'), ('delivery', "A message couldn't be delivered"), ('team', 'Requests for help and attention, shifts and on-call duty'), ('defect', 'Updates on defects that I follow')], max_length=12, verbose_name='topic')),
                ('in_page', models.BooleanField(verbose_name='in Plumbline')),
                ('by_email', models.BooleanField(verbose_name='by email')),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'notification preference',
                'verbose_name_plural': 'notification preferences',
                'ordering': ['id'],
                'constraints': [models.UniqueConstraint(fields=('agent', 'topic'), name='notification_choice_once')],
            },
        ),
        migrations.CreateModel(
            name='NotificationEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_until', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('notification', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='email', to='tickets.notification')),
            ],
            options={
                'verbose_name': 'notification email',
                'verbose_name_plural': 'notification emails',
                'indexes': [models.Index(fields=['desk', 'due_at'], name='notification_email_due')],
            },
        ),
        WallOff("tickets_notificationchoice"),
        WallOff("tickets_notificationsettings"),
        WallOff("tickets_notificationemail"),
        KeysWithinDesk("NotificationChoice", "NotificationSettings", "NotificationEmail"),
    ]

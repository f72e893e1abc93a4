"""Notifications on devices and in team chat, and alerts of open pages."""

import accounts.models.fields
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0061_closing_questions"),
    ]

    operations = [
        migrations.AddField(
            model_name='notificationchoice',
            name='by_chat',
            field=models.BooleanField(db_default=False, default=False, verbose_name='in team chat'),
        ),
        migrations.AddField(
            model_name='notificationchoice',
            name='by_push',
            field=models.BooleanField(db_default=False, default=False, verbose_name='on my devices'),
        ),
        migrations.AddField(
            model_name='notificationsettings',
            name='alerts_unassigned',
            field=models.BooleanField(db_default=False, default=False, verbose_name='also for new unassigned tickets'),
        ),
        migrations.AddField(
            model_name='notificationsettings',
            name='plays_sound',
            field=models.BooleanField(db_default=False, default=False, verbose_name='play a sound'),
        ),
        migrations.AddField(
            model_name='notificationsettings',
            name='shows_alerts',
            field=models.BooleanField(db_default=False, default=False, verbose_name='alert from a background tab'),
        ),
        migrations.CreateModel(
            name='PushSubscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('endpoint', models.CharField(max_length=1000)),
                ('public_key', models.CharField(max_length=100)),
                ('auth_secret', models.CharField(max_length=30)),
                ('server_key', models.CharField(max_length=100)),
                ('name', accounts.models.fields.LineField(max_length=60, verbose_name='device')),
                ('created_at', models.DateTimeField(verbose_name='added')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'device for notifications',
                'verbose_name_plural': 'devices for notifications',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='NotificationPush',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('claimed_until', models.DateTimeField(null=True)),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('notification', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.notification')),
                ('subscription', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.pushsubscription')),
            ],
            options={
                'verbose_name': 'notification for a device',
                'verbose_name_plural': 'notifications for devices',
            },
        ),
        migrations.CreateModel(
            name='NotificationChat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('due_at', models.DateTimeField(verbose_name='due')),
                ('agent', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('notification', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.notification')),
            ],
            options={
                'verbose_name': 'notification for team chat',
                'verbose_name_plural': 'notifications for team chat',
                'indexes': [models.Index(fields=['desk', 'due_at'], name='notification_chat_due')],
            },
        ),
        migrations.AddConstraint(
            model_name='pushsubscription',
            constraint=models.UniqueConstraint(fields=('desk', 'endpoint'), name='push_endpoint_once'),
        ),
        migrations.AddIndex(
            model_name='notificationpush',
            index=models.Index(fields=['desk', 'due_at'], name='notification_push_due'),
        ),
        migrations.AddConstraint(
            model_name='notificationpush',
            constraint=models.UniqueConstraint(fields=('notification', 'subscription'), name='notification_push_once'),
        ),
        WallOff("tickets_pushsubscription"),
        WallOff("tickets_notificationpush"),
        WallOff("tickets_notificationchat"),
        KeysWithinDesk("PushSubscription", "NotificationPush", "NotificationChat"),
    ]

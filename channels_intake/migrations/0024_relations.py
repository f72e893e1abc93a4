import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0027_replies"),
        ("channels_intake", "0023_replies"),
    ]
    operations = [
        migrations.CreateModel(
            name='BlockedSender',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.CharField(help_text='Such as spam@example.com, or example.com for everyone there.', max_length=254, verbose_name='address or domain')),
                ('why', models.CharField(blank=True, default='', max_length=200, verbose_name='reason')),
                ('blocked_at', models.DateTimeField(auto_now_add=True, verbose_name='blocked')),
                ('blocked_by', models.ForeignKey(db_index=False, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='blocked by')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'blocked sender',
                'verbose_name_plural': 'blocked senders',
                'ordering': ['value'],
            },
        ),
        migrations.AddConstraint(
            model_name='blockedsender',
            constraint=models.UniqueConstraint(fields=('desk', 'value'), name='sender_blocked_once', violation_error_message='This sender is already blocked.'),
        ),
        WallOff("channels_intake_blockedsender"),
        KeysWithinDesk("BlockedSender"),
    ]

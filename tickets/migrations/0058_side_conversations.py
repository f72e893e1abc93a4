"""Side conversations: email with third parties, which a ticket's customers never see."""

import django.db.models.deletion
from django.contrib.postgres.operations import (
    AddConstraintNotValid,
    AddIndexConcurrently,
    ValidateConstraint,
)
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    atomic = False  # for attachments: they are in use while this runs

    dependencies = [('tickets', '0057_reply_approvals')]

    operations = [
        migrations.CreateModel(
            name='SideConversation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('subject', models.CharField(max_length=200, verbose_name='subject')),
                ('state', models.CharField(choices=[('open', 'Open'), ('done', 'Done')], default='open', max_length=5, verbose_name='state')),
                ('answered_at', models.DateTimeField(null=True, verbose_name='answered')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('updated_at', models.DateTimeField(verbose_name='last updated')),
            ],
            options={
                'verbose_name': 'side conversation',
                'verbose_name_plural': 'side conversations',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='SideMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sender', models.CharField(blank=True, default='', max_length=254, verbose_name='sender')),
                ('sender_name', models.CharField(blank=True, default='', max_length=120, verbose_name="sender's name")),
                ('body_text', models.TextField(blank=True, verbose_name='text')),
                ('body_html', models.TextField(blank=True, default='', help_text='Sanitized.', verbose_name='HTML')),
                ('quoted_text', models.TextField(blank=True, default='', help_text='Earlier messages that the sender quoted.', verbose_name='quoted text')),
                ('is_automatic', models.BooleanField(default=False, help_text='An automatic reply; notifies no one.', verbose_name='automatic')),
                ('is_unverified', models.BooleanField(default=False, verbose_name='unverified sender')),
                ('remark_data', models.JSONField(db_column='remarks', default=list, help_text='Parts of the original that could not be read, by code.', verbose_name='remarks')),
                ('created_at', models.DateTimeField(verbose_name='created')),
            ],
            options={
                'verbose_name': 'side message',
                'verbose_name_plural': 'side messages',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='SideParticipant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=254, verbose_name='email')),
                ('added_at', models.DateTimeField(verbose_name='added')),
            ],
            options={
                'verbose_name': 'third party',
                'verbose_name_plural': 'third parties',
                'ordering': ['id'],
            },
        ),
        migrations.RemoveConstraint(
            model_name='attachment',
            name='attachment_one_parent',
        ),
        migrations.AddField(
            model_name='sideconversation',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='sideconversation',
            name='ticket',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='side_conversations', to='tickets.ticket', verbose_name='ticket'),
        ),
        migrations.AddField(
            model_name='sidemessage',
            name='agent',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent', verbose_name='agent'),
        ),
        migrations.AddField(
            model_name='sidemessage',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='sidemessage',
            name='side',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='tickets.sideconversation', verbose_name='side conversation'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='side_message',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.sidemessage'),
        ),
        AddIndexConcurrently(
            model_name='attachment',
            index=models.Index(condition=models.Q(('side_message__isnull', False)), fields=['side_message'], name='attachment_of_side_message'),
        ),
        AddConstraintNotValid(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('message__isnull', False), ('note__isnull', True), ('side_message__isnull', True)), models.Q(('message__isnull', True), ('note__isnull', False), ('side_message__isnull', True)), models.Q(('message__isnull', True), ('note__isnull', True), ('side_message__isnull', False)), _connector='OR'), name='attachment_one_parent'),
        ),
        migrations.AddField(
            model_name='sideparticipant',
            name='desk',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk'),
        ),
        migrations.AddField(
            model_name='sideparticipant',
            name='side',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='tickets.sideconversation', verbose_name='side conversation'),
        ),
        migrations.AddIndex(
            model_name='sideconversation',
            index=models.Index(fields=['ticket', 'id'], name='side_of_ticket'),
        ),
        migrations.AddIndex(
            model_name='sidemessage',
            index=models.Index(fields=['side', 'created_at', 'id'], name='side_message_of_side'),
        ),
        migrations.AddConstraint(
            model_name='sidemessage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agent__isnull', False), ('sender', '')), models.Q(('agent__isnull', True), models.Q(('sender', ''), _negated=True)), _connector='OR'), name='side_message_author'),
        ),
        migrations.AddConstraint(
            model_name='sideparticipant',
            constraint=models.UniqueConstraint(fields=('side', 'email'), name='side_participant_once'),
        ),
        ValidateConstraint(model_name='attachment', name='attachment_one_parent'),
        WallOff("tickets_sideconversation"),
        WallOff("tickets_sideparticipant"),
        WallOff("tickets_sidemessage"),
        KeysWithinDesk("SideConversation", "SideParticipant", "SideMessage", "Attachment"),
    ]

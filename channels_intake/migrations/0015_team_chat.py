"""Team chat: channels, rules, users, threads and standups."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0022_defects'),
        ('channels_intake', '0014_defect_emails'),
        ('tickets', '0039_defects'),
    ]

    operations = [
        migrations.CreateModel(
            name='ChatConnection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('kind', models.CharField(choices=[('rocketchat', 'Rocket.Chat'), ('mattermost', 'Mattermost'), ('slack', 'Slack or compatible')], max_length=10, verbose_name='chat')),
                ('is_active', models.BooleanField(default=True, help_text="While this is off, nothing is posted and commands aren't answered. Messages of that time aren't posted later, either.", verbose_name='active')),
                ('is_public', models.BooleanField(default=False, help_text='Turn this on if customers or the public can read the channel. Then only the number, priority and state of tickets, and the number and stage of defects, are posted there, with a link for agents.', verbose_name='public channel')),
                ('channel', models.CharField(blank=True, default='', help_text="For a bot: the ID of the channel. For an incoming webhook: leave empty to use the webhook's own channel.", max_length=80, verbose_name='channel')),
                ('sealed_webhook_url', models.TextField(default='', editable=False)),
                ('server_url', models.URLField(blank=True, default='', help_text='Needed for a bot, such as https://chat.example.com or https://slack.com.', verbose_name='server URL')),
                ('bot_user_id', models.CharField(blank=True, default='', help_text="Rocket.Chat sends it with each request. Other chats don't need it.", max_length=64, verbose_name='user ID of the bot')),
                ('sealed_bot_token', models.TextField(default='', editable=False)),
                ('sealed_command_secret', models.TextField(default='', editable=False)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'chat channel',
                'verbose_name_plural': 'chat channels',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='ChatPerson',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('rocketchat', 'Rocket.Chat'), ('mattermost', 'Mattermost'), ('slack', 'Slack or compatible')], max_length=10, verbose_name='chat')),
                ('server', models.CharField(blank=True, help_text="The host name in the URL of the chat, such as chat.example.com. It can stay empty if all of this chat's channels are on one server.", max_length=255, verbose_name='server')),
                ('user_id', models.CharField(help_text="The ID that the chat sends with commands. User names can change; the ID can't.", max_length=64, verbose_name='user ID')),
                ('user_name', models.CharField(blank=True, default='', help_text='To mention the agent, without @. Slack mentions people by their ID.', max_length=80, verbose_name='user name')),
                ('source', models.CharField(choices=[('admin', 'Entered by an admin'), ('email', 'Verified email address')], default='admin', editable=False, max_length=5, verbose_name='source')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='chat_people', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'chat user',
                'verbose_name_plural': 'chat users',
                'ordering': ['agent__name'],
            },
        ),
        migrations.CreateModel(
            name='ChatRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('topic', models.CharField(choices=[('ticket.opened', 'New ticket'), ('hotline', 'Call handed over'), ('ticket.assigned', 'Ticket assigned'), ('ticket.left_unassigned', 'Nobody available'), ('handover.unclaimed', 'Handover not claimed'), ('customer.responded', 'Customer replied'), ('emergency.reported', 'Emergency reported'), ('ticket.escalated', 'Ticket escalated'), ('ladder.step', 'Step of the escalation ladder'), ('ladder.acknowledged', 'Escalation acknowledged'), ('priority.changed', 'Priority changed'), ('sla.warned', 'SLA target due soon'), ('sla.breached', 'SLA target breached'), ('defect.linked', 'Linked to a defect'), ('ticket.reopened', 'Ticket reopened'), ('ticket.closed', 'Ticket closed'), ('help.requested', 'Request for help'), ('help.overdue', 'Request for help overdue'), ('attention.asked', 'Request for attention'), ('defect_created', 'New defect'), ('defect_moved', 'Stage of a defect'), ('defect_released', 'Fix released'), ('defect_major', 'Significant impact of a defect'), ('defect_merged', 'Defect merged')], max_length=24, verbose_name='what happened')),
                ('level', models.CharField(blank=True, choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='', max_length=4, verbose_name='level')),
                ('template', models.TextField(blank=True, default='', help_text='Leave empty for the default text.', max_length=1000, verbose_name='text')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rules', to='channels_intake.chatconnection', verbose_name='channel')),
                ('department', models.ForeignKey(blank=True, help_text='Leave empty for all departments whose tickets every agent can see.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('plan', models.ForeignKey(blank=True, help_text='Leave empty for all plans, and tickets without one.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'chat rule',
                'verbose_name_plural': 'chat rules',
                'ordering': ['position', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ChatStandup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.CharField(blank=True, choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='', max_length=4, verbose_name='level')),
                ('minute', models.PositiveSmallIntegerField(default=540, validators=[django.core.validators.MaxValueValidator(1439)], verbose_name='time')),
                ('time_zone', models.CharField(max_length=64, verbose_name='time zone')),
                ('weekdays', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(6)]), size=None, verbose_name='weekdays')),
                ('next_at', models.DateTimeField(editable=False, null=True, verbose_name='next')),
                ('connection', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='standups', to='channels_intake.chatconnection', verbose_name='channel')),
                ('department', models.ForeignKey(blank=True, help_text='Leave empty for all departments whose tickets every agent can see.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('region', models.ForeignKey(blank=True, help_text='Lists the agents on shift in this region. Leave empty for all regions.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.region', verbose_name='region')),
            ],
            options={
                'verbose_name': 'standup message',
                'verbose_name_plural': 'standup messages',
                'ordering': ['connection', 'minute', 'id'],
            },
        ),
        migrations.CreateModel(
            name='ChatThread',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('root_id', models.CharField(max_length=80)),
                ('connection', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='channels_intake.chatconnection')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('defect', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.defect')),
            ],
            options={
                'verbose_name': 'chat thread',
                'verbose_name_plural': 'chat threads',
            },
        ),
        migrations.AddConstraint(
            model_name='chatconnection',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='chat_connection_name_unique', violation_error_message='There is already a chat channel with this name.'),
        ),
        migrations.AddConstraint(
            model_name='chatperson',
            constraint=models.UniqueConstraint(fields=('desk', 'kind', 'server', 'user_id'), name='chat_user_once', violation_error_message='This chat user already belongs to an agent.'),
        ),
        migrations.AddConstraint(
            model_name='chatperson',
            constraint=models.UniqueConstraint(fields=('agent', 'kind', 'server'), name='chat_agent_once', violation_error_message='This agent already has a user in this chat.'),
        ),
        migrations.AddConstraint(
            model_name='chatrule',
            constraint=models.UniqueConstraint(fields=('connection', 'topic', 'department', 'level', 'plan'), name='chat_rule_once', nulls_distinct=False, violation_error_message='The channel already has a rule for these tickets.'),
        ),
        migrations.AddIndex(
            model_name='chatrule',
            index=models.Index(fields=['desk'], name='chat_rule_of_desk'),
        ),
        migrations.AddIndex(
            model_name='chatstandup',
            index=models.Index(fields=['next_at'], name='chat_standup_due'),
        ),
        migrations.AddConstraint(
            model_name='chatthread',
            constraint=models.UniqueConstraint(fields=('connection', 'ticket', 'defect'), name='chat_thread_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='chatthread',
            constraint=models.CheckConstraint(condition=models.Q(('ticket__isnull', True), ('defect__isnull', True), _connector='XOR'), name='chat_thread_about_one'),
        ),
        WallOff('channels_intake_chatconnection'),
        WallOff('channels_intake_chatrule'),
        WallOff('channels_intake_chatperson'),
        WallOff('channels_intake_chatthread'),
        WallOff('channels_intake_chatstandup'),
        KeysWithinDesk('ChatRule', 'ChatPerson', 'ChatThread', 'ChatStandup'),
        NewVersionOnChange('channels_intake_chatconnection'),
        NewVersionOnChange('channels_intake_chatrule'),
    ]

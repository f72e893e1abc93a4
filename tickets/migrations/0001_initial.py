import datetime
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django_fsm
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='TicketCounter',
            fields=[
                ('desk', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='accounts.desk')),
                ('last', models.BigIntegerField(default=1000)),
            ],
        ),
        migrations.CreateModel(
            name='NewTerms',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('upto', models.BigIntegerField(help_text="The id of the account's newest ticket when the terms changed.")),
                ('reached', models.BigIntegerField(default=0, help_text='The id of the last ticket that followed.')),
                ('account', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.account')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'new terms',
                'verbose_name_plural': 'new terms',
            },
        ),
        migrations.CreateModel(
            name='Priority',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=20, verbose_name='name')),
                ('rank', models.PositiveSmallIntegerField(help_text='1 is the highest.', verbose_name='rank')),
                ('definition', models.TextField(blank=True, default='', verbose_name='definition')),
                ('is_mail_default', models.BooleanField(default=False, help_text='Tickets that arrive by email get this priority.', verbose_name='default for email')),
                ('translations', models.JSONField(blank=True, default=dict, editable=False)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'priority',
                'verbose_name_plural': 'priorities',
                'ordering': ['rank'],
            },
        ),
        migrations.CreateModel(
            name='Ticket',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField(verbose_name='number')),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('status', django_fsm.FSMField(choices=[('open', 'Open'), ('investigating', 'At Investigation'), ('waiting', 'Waiting for Customer'), ('escalated', 'Escalated'), ('closed', 'Closed')], default='open', max_length=14, protected=True, verbose_name='status')),
                ('channel', models.CharField(choices=[('email', 'Email'), ('web', 'Web'), ('phone', 'Phone'), ('chat', 'Chat'), ('facebook', 'Facebook'), ('twitter', 'Twitter'), ('api', 'API'), ('agent', 'Agent')], max_length=10, verbose_name='channel')),
                ('level', models.CharField(choices=[('l1', 'Level 1'), ('l2', 'Level 2'), ('rnd', 'R&D')], default='l1', max_length=4, verbose_name='level')),
                ('is_unverified', models.BooleanField(default=False, help_text="An unverified sender doesn't see an account, and no plan applies.", verbose_name='unverified sender')),
                ('match_reasons', models.JSONField(default=list, verbose_name='why this account')),
                ('route_reasons', models.JSONField(default=list, verbose_name='why this assignment')),
                ('fields', models.JSONField(default=dict, help_text='Answers to the fields of the request form.', verbose_name='answers')),
                ('created_at', models.DateTimeField(verbose_name='opened')),
                ('updated_at', models.DateTimeField(verbose_name='updated')),
                ('due_at', models.DateTimeField(default=datetime.datetime(9999, 1, 1, 0, 0, tzinfo=datetime.timezone.utc), help_text='Deadline of the running SLA clock; the year 9999 while none is running.', verbose_name='due')),
                ('first_responded_at', models.DateTimeField(null=True, verbose_name='first response')),
                ('waiting_since', models.DateTimeField(null=True, verbose_name='waiting since')),
                ('remind_at', models.DateTimeField(help_text='When the customer is reminded to reply.', null=True, verbose_name='reminder due')),
                ('close_at', models.DateTimeField(help_text="When the ticket closes if the customer doesn't reply.", null=True, verbose_name='closes')),
                ('closed_at', models.DateTimeField(null=True, verbose_name='closed')),
                ('reopen_until', models.DateTimeField(help_text='Until then a reply reopens the closed ticket.', null=True, verbose_name='can be reopened until')),
                ('close_reason', models.CharField(blank=True, choices=[('solved', 'Solved'), ('silence', 'No reply from the customer'), ('by_customer', 'Closed by the customer'), ('duplicate', 'Duplicate of another ticket'), ('spam', 'Spam')], default='', max_length=12, verbose_name='reason for closing')),
                ('subject_search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector('subject', config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('account', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='accounts.account', verbose_name='account')),
                ('assignee', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='tickets', to='accounts.agent', verbose_name='assignee')),
                ('contact', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='tickets', to='accounts.contact', verbose_name='requester')),
                ('department', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to='accounts.department', verbose_name='department')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('follow_up_of', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='follow_ups', to='tickets.ticket', verbose_name='follow-up of')),
                ('priority', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to='tickets.priority', verbose_name='priority')),
            ],
            options={
                'verbose_name': 'ticket',
                'verbose_name_plural': 'tickets',
                'ordering': ['-updated_at', '-id'],
            },
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name='SubmittedForm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(max_length=64)),
                ('fingerprint', models.CharField(db_default='', help_text='SHA-256 of an API request; empty for a form.', max_length=64)),
                ('made_id', models.BigIntegerField(help_text='The id of the ticket, message or note that it created.', null=True)),
                ('created_at', models.DateTimeField()),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'submitted form',
                'verbose_name_plural': 'submitted forms',
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField(verbose_name='added')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participations', to='accounts.contact', verbose_name='contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'follower (CC)',
                'verbose_name_plural': 'followers (CC)',
            },
        ),
        migrations.CreateModel(
            name='Note',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body_text', models.TextField(verbose_name='text')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector(django.db.models.functions.text.Left('body_text', 100000), config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'note',
                'verbose_name_plural': 'notes',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(choices=[('email', 'Email'), ('web', 'Web'), ('phone', 'Phone'), ('chat', 'Chat'), ('facebook', 'Facebook'), ('twitter', 'Twitter'), ('api', 'API'), ('agent', 'Agent')], max_length=10, verbose_name='channel')),
                ('body_text', models.TextField(verbose_name='text')),
                ('body_html', models.TextField(blank=True, default='', help_text='Sanitized.', verbose_name='HTML')),
                ('quoted_text', models.TextField(blank=True, default='', help_text='Earlier messages that the sender quoted.', verbose_name='quoted text')),
                ('is_automatic', models.BooleanField(default=False, help_text='An automatic reply; changes no status.', verbose_name='automatic')),
                ('remarks', models.JSONField(default=list, help_text='Parts of the original that could not be read, by code.', verbose_name='remarks')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('search', models.GeneratedField(db_persist=True, expression=django.contrib.postgres.search.SearchVector(django.db.models.functions.text.Left('body_text', 100000), config='simple'), output_field=django.contrib.postgres.search.SearchVectorField())),
                ('agent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.agent')),
                ('contact', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='accounts.contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'message',
                'verbose_name_plural': 'messages',
                'ordering': ['created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='TicketEvent',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=30, verbose_name='kind')),
                ('at', models.DateTimeField(verbose_name='time')),
                ('actor_kind', models.CharField(choices=[('agent', 'Agent'), ('contact', 'Customer'), ('system', 'Plumbline')], max_length=8, verbose_name='actor kind')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='actor id')),
                ('actor_name', models.CharField(blank=True, default='', max_length=120, verbose_name='actor')),
                ('channel', models.CharField(blank=True, default='', max_length=10, verbose_name='channel')),
                ('data', models.JSONField(default=dict, verbose_name='facts')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='events', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Notification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('read_at', models.DateTimeField(null=True, verbose_name='read')),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notifications', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticketevent')),
            ],
            options={
                'verbose_name': 'notification',
                'verbose_name_plural': 'notifications',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='EventDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('follower', models.CharField(max_length=80, verbose_name='follower')),
                ('state', models.CharField(choices=[('due', 'Due'), ('done', 'Done'), ('given_up', 'Failed')], default='due', max_length=8, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next attempt')),
                ('last_error', models.TextField(blank=True, default='', verbose_name='last error')),
                ('done_at', models.DateTimeField(null=True, verbose_name='done')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='tickets.ticketevent', verbose_name='event')),
            ],
            options={
                'verbose_name': 'event delivery',
                'verbose_name_plural': 'event deliveries',
            },
        ),
        migrations.CreateModel(
            name='FormField',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(help_text='Answers are stored under this key. If the key is “description”, the help text is shown with the description field.', max_length=30, validators=[django.core.validators.RegexValidator('^[a-z][a-z0-9_]*$', 'Use lowercase letters, digits and underscores only.')], verbose_name='key')),
                ('label', models.CharField(max_length=80, verbose_name='label')),
                ('kind', models.CharField(choices=[('text', 'One line of text'), ('select', 'One of the choices')], default='text', max_length=6, verbose_name='kind')),
                ('choices', models.JSONField(blank=True, default=list, help_text='For a choice field: a list, such as ["Web", "Mobile"].', verbose_name='choices')),
                ('help_text', models.CharField(blank=True, default='', help_text='Web addresses become links.', max_length=300, verbose_name='help text')),
                ('is_required', models.BooleanField(default=False, verbose_name='required')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'request form field',
                'verbose_name_plural': 'request form fields',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'key'), name='form_field_key_unique')],
            },
        ),
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text="The sender's name for it, never used as a path.", max_length=200, verbose_name='name')),
                ('content_type', models.CharField(max_length=120, verbose_name='content type')),
                ('size', models.BigIntegerField(help_text='In bytes.', verbose_name='size')),
                ('sha256', models.CharField(max_length=64)),
                ('content_id', models.CharField(blank=True, default='', max_length=250)),
                ('file', models.FileField(blank=True, help_text='Empty while the file is missing.', max_length=200, upload_to='')),
                ('preview', models.FileField(blank=True, help_text='The image, encoded again; empty for other files.', max_length=200, upload_to='')),
                ('created_at', models.DateTimeField(verbose_name='created')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.message')),
                ('note', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='tickets.note')),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'ordering': ['id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('message__isnull', False), ('note__isnull', True)), models.Q(('message__isnull', True), ('note__isnull', False)), _connector='OR'), name='attachment_one_parent')],
            },
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.UniqueConstraint(fields=('desk', 'rank'), name='priority_rank_unique'),
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.UniqueConstraint(fields=('desk', 'name'), name='priority_name_unique'),
        ),
        migrations.AddConstraint(
            model_name='priority',
            constraint=models.UniqueConstraint(condition=models.Q(('is_mail_default', True)), fields=('desk',), name='priority_one_mail_default'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'department', '-updated_at', '-id'], name='ticket_queue_open'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', '-updated_at', '-id'], name='ticket_desk_open'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['desk', '-updated_at', '-id'], name='ticket_desk_all'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['desk', 'status', '-updated_at', '-id'], name='ticket_desk_status'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'assignee', '-updated_at', '-id'], name='ticket_mine_open'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee__isnull', True), ('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', '-updated_at', '-id'], name='ticket_unassigned'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'due_at', 'id'], name='ticket_desk_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'department', 'due_at', 'id'], name='ticket_queue_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'assignee', 'due_at', 'id'], name='ticket_mine_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('assignee__isnull', True), ('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'due_at', 'id'], name='ticket_unassigned_due'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status__in', ('open', 'investigating', 'waiting', 'escalated'))), fields=['desk', 'number'], name='ticket_open_number'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['contact', '-updated_at', '-id'], name='ticket_of_contact'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(fields=['account', '-updated_at', '-id'], name='ticket_of_account'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('is_unverified', True)), fields=['contact'], name='ticket_unverified'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['close_at'], name='ticket_silent'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('remind_at__isnull', False)), fields=['remind_at'], name='ticket_to_remind'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('follow_up_of__isnull', False)), fields=['follow_up_of'], name='ticket_follow_ups'),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=django.contrib.postgres.indexes.GinIndex(fields=['subject_search'], name='ticket_subject_search'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.UniqueConstraint(fields=('desk', 'number'), name='ticket_number_unique'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('closed_at__isnull', False), ('status', 'closed')), models.Q(models.Q(('status', 'closed'), _negated=True), ('close_reason', ''), ('closed_at__isnull', True)), _connector='OR'), name='ticket_closed_has_time'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('close_at__isnull', False), ('status', 'waiting')), models.Q(models.Q(('status', 'waiting'), _negated=True), ('close_at__isnull', True), ('remind_at__isnull', True)), _connector='OR'), name='ticket_waiting_has_deadline'),
        ),
        migrations.AddConstraint(
            model_name='submittedform',
            constraint=models.UniqueConstraint(fields=('desk', 'contact', 'token'), name='form_submitted_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='participant',
            constraint=models.UniqueConstraint(fields=('ticket', 'contact'), name='participant_once'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=models.Index(fields=['ticket', 'created_at', 'id'], name='note_of_ticket'),
        ),
        migrations.AddIndex(
            model_name='note',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='note_search'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['ticket', 'created_at', 'id'], name='message_of_ticket'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='message_search'),
        ),
        migrations.AddConstraint(
            model_name='message',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('agent__isnull', True), ('contact__isnull', False)), models.Q(('agent__isnull', False), ('contact__isnull', True)), _connector='OR'), name='message_one_author'),
        ),
        migrations.AddIndex(
            model_name='ticketevent',
            index=models.Index(fields=['ticket', 'id'], name='event_of_ticket'),
        ),
        migrations.AddIndex(
            model_name='notification',
            index=models.Index(condition=models.Q(('read_at__isnull', True)), fields=['agent', '-id'], name='notification_unread'),
        ),
        migrations.AddConstraint(
            model_name='notification',
            constraint=models.UniqueConstraint(fields=('event', 'agent'), name='notification_once'),
        ),
        migrations.AddIndex(
            model_name='eventdelivery',
            index=models.Index(condition=models.Q(('state', 'due')), fields=['next_try_at'], name='delivery_due'),
        ),
        migrations.AddConstraint(
            model_name='eventdelivery',
            constraint=models.UniqueConstraint(fields=('event', 'follower'), name='delivery_once'),
        ),
        WallOff("tickets_priority"),
        WallOff("tickets_ticketcounter"),
        WallOff("tickets_ticket"),
        WallOff("tickets_participant"),
        WallOff("tickets_message"),
        WallOff("tickets_note"),
        WallOff("tickets_attachment"),
        WallOff("tickets_eventdelivery"),
        WallOff("tickets_notification"),
        WallOff("tickets_ticketevent", append_only=True),
        WallOff("tickets_formfield"),
        WallOff("tickets_submittedform"),
        WallOff("tickets_newterms"),
        # The functions that may search texts across row-level security. `@@` is not leakproof, so
        # under a policy it loses its index (measured 300 times slower). They run as the system
        # role, take the desk, and answer only for the desk that the caller has entered. Names and
        # addresses are indexed as words, split at dots and signs.
        migrations.RunSQL(
            """
CREATE INDEX contact_words ON accounts_contact USING gin (to_tsvector('simple', translate(name || ' ' || email, '@._+-', '     ')));
CREATE INDEX account_words ON accounts_account USING gin (to_tsvector('simple', translate(name, '@._+-', '     ')));

CREATE FUNCTION search_contacts(in_desk bigint, in_names text, most integer) RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id FROM accounts_contact o
  WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint AND o.desk_id = in_desk AND to_tsvector('simple', translate(name || ' ' || email, '@._+-', '     ')) @@ to_tsquery('simple', in_names)
  ORDER BY o.email LIMIT most
$$;

GRANT CREATE ON SCHEMA public TO plumbline_system;
ALTER FUNCTION search_contacts(bigint, text, integer) OWNER TO plumbline_system;
REVOKE CREATE ON SCHEMA public FROM plumbline_system;
REVOKE ALL ON FUNCTION search_contacts(bigint, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_contacts(bigint, text, integer) TO plumbline_app, plumbline_system;

CREATE FUNCTION search_accounts(in_desk bigint, in_names text, most integer) RETURNS TABLE (id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT o.id FROM accounts_account o
  WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint AND o.desk_id = in_desk AND to_tsvector('simple', translate(name, '@._+-', '     ')) @@ to_tsquery('simple', in_names)
  ORDER BY o.name LIMIT most
$$;

GRANT CREATE ON SCHEMA public TO plumbline_system;
ALTER FUNCTION search_accounts(bigint, text, integer) OWNER TO plumbline_system;
REVOKE CREATE ON SCHEMA public FROM plumbline_system;
REVOKE ALL ON FUNCTION search_accounts(bigint, text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_accounts(bigint, text, integer) TO plumbline_app, plumbline_system;

CREATE FUNCTION search_tickets(
  in_desk bigint, in_words text, in_last text, in_names text, with_notes boolean, most integer
) RETURNS TABLE (ticket_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH wanted AS (
    SELECT websearch_to_tsquery('simple', in_words) && to_tsquery('simple', in_last) AS query
    WHERE in_desk = NULLIF(current_setting('helpdesk.desk', true), '')::bigint
  ), hits AS (
    (SELECT t.id, t.updated_at AS at FROM tickets_ticket t, wanted
      WHERE t.desk_id = in_desk AND t.subject_search @@ wanted.query
      ORDER BY t.updated_at DESC LIMIT most)
    UNION ALL
    (SELECT m.ticket_id, m.created_at FROM tickets_message m, wanted
      WHERE m.desk_id = in_desk AND m.search @@ wanted.query
      ORDER BY m.created_at DESC LIMIT most)
    UNION ALL
    (SELECT n.ticket_id, n.created_at FROM tickets_note n, wanted
      WHERE with_notes AND n.desk_id = in_desk AND n.search @@ wanted.query
      ORDER BY n.created_at DESC LIMIT most)
    UNION ALL
    (SELECT t.id, t.updated_at FROM search_contacts(in_desk, in_names, 50) c, LATERAL (
      SELECT id, updated_at FROM tickets_ticket WHERE contact_id = c.id
      ORDER BY updated_at DESC LIMIT most) t
      WHERE in_names <> '')
    UNION ALL
    (SELECT t.id, t.updated_at FROM search_accounts(in_desk, in_names, 20) a, LATERAL (
      SELECT id, updated_at FROM tickets_ticket WHERE account_id = a.id
      ORDER BY updated_at DESC LIMIT most) t
      WHERE in_names <> '')
  )
  SELECT id FROM hits GROUP BY id ORDER BY max(at) DESC LIMIT most
$$;

GRANT CREATE ON SCHEMA public TO plumbline_system;
ALTER FUNCTION search_tickets(bigint, text, text, text, boolean, integer) OWNER TO plumbline_system;
REVOKE CREATE ON SCHEMA public FROM plumbline_system;
REVOKE ALL ON FUNCTION search_tickets(bigint, text, text, text, boolean, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION search_tickets(bigint, text, text, text, boolean, integer) TO plumbline_app, plumbline_system;
""",
            migrations.RunSQL.noop,
        ),
    ]

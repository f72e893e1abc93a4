import channels_intake.models.outgoing
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import WallOff


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('tickets', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Mailbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.EmailField(max_length=254, verbose_name='address')),
                ('name', models.CharField(help_text="Shown as the sender's name.", max_length=80, verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='is active')),
                ('is_default', models.BooleanField(default=False, help_text='Replies to portal requests are sent from this address.', verbose_name='is default')),
                ('unverified_mail', models.CharField(choices=[('match', 'Match the account by domain anyway'), ('hold', 'Accept it as unverified, without an account')], default='hold', help_text='What to do with email when the provider reports neither pass nor fail (SPF, DKIM, DMARC).', max_length=5, verbose_name='unverified email')),
                ('verified_at', models.DateTimeField(editable=False, null=True, verbose_name='verified at')),
                ('code_hash', models.CharField(default='', editable=False, max_length=64)),
                ('code_sent_at', models.DateTimeField(editable=False, null=True)),
                ('code_tries', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'mailbox',
                'verbose_name_plural': 'mailboxes',
                'ordering': ['address'],
            },
        ),
        migrations.CreateModel(
            name='InboundMessage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('provider', models.CharField(help_text='postmark, mailgun, sendgrid, mailjet, raw', max_length=20, verbose_name='provider')),
                ('content_type', models.CharField(max_length=200, verbose_name='content type')),
                ('raw', models.BinaryField()),
                ('sha256', models.CharField(max_length=64)),
                ('envelope_recipient', models.CharField(blank=True, default='', help_text='SMTP RCPT TO', max_length=254, verbose_name='envelope recipient')),
                ('envelope_sender', models.CharField(blank=True, default='', help_text='SMTP MAIL FROM', max_length=254, verbose_name='envelope sender')),
                ('received_at', models.DateTimeField(verbose_name='received at')),
                ('state', models.CharField(choices=[('received', 'Received, not processed yet'), ('processed', 'On a ticket'), ('duplicate', 'Duplicate'), ('quarantined', 'Quarantined'), ('failed', 'Failed')], default='received', max_length=12, verbose_name='state')),
                ('reason', models.CharField(blank=True, default='', max_length=40, verbose_name='reason')),
                ('reason_data', models.JSONField(blank=True, default=dict)),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next try at')),
                ('sender', models.CharField(blank=True, default='', max_length=254, verbose_name='sender')),
                ('subject', models.CharField(blank=True, default='', max_length=250, verbose_name='subject')),
                ('rfc_message_id', models.CharField(blank=True, default='', max_length=250, verbose_name='Message-ID')),
                ('content_hash', models.CharField(blank=True, default='', help_text='Distinguishes emails with the same Message-ID.', max_length=64, verbose_name='content hash')),
                ('authentication', models.CharField(choices=[('pass', 'pass'), ('fail', 'fail'), ('none', 'none')], default='none', help_text="The result of SPF, DKIM and DMARC for the sender's domain.", max_length=4, verbose_name='authentication')),
                ('automatic', models.CharField(blank=True, default='', help_text='The kind of automatic email. Empty if a person wrote it.', max_length=10, verbose_name='automatic')),
                ('lacks_files', models.BooleanField(default=False, help_text="An attachment couldn't be stored. It will be restored from the raw email.", verbose_name='missing files')),
                ('discarded_at', models.DateTimeField(help_text='A discarded email is hidden. It is kept and can be restored.', null=True, verbose_name='discarded at')),
                ('desk', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inbound', to='tickets.message', verbose_name='message')),
                ('ticket', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='inbound', to='tickets.ticket', verbose_name='ticket')),
                ('mailbox', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, to='channels_intake.mailbox', verbose_name='mailbox')),
            ],
            options={
                'verbose_name': 'inbound email',
                'verbose_name_plural': 'inbound emails',
                'ordering': ['-id'],
            },
        ),
        migrations.CreateModel(
            name='OutgoingEmail',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('receipt', 'Receipt'), ('reply', 'Reply'), ('reminder', 'Reminder'), ('closed', 'Ticket closed')], max_length=10, verbose_name='kind')),
                ('from_address', models.CharField(max_length=320, verbose_name='from')),
                ('reply_to', models.CharField(max_length=320, verbose_name='reply to')),
                ('to_address', models.CharField(max_length=254, verbose_name='to')),
                ('to_canonical', models.CharField(blank=True, default='', max_length=254)),
                ('subject', models.CharField(max_length=250, verbose_name='subject')),
                ('body_text', models.TextField(verbose_name='text')),
                ('body_html', models.TextField(blank=True, default='')),
                ('rfc_message_id', models.CharField(max_length=250, unique=True, verbose_name='Message-ID')),
                ('in_reply_to', models.CharField(blank=True, default='', max_length=250, verbose_name='In-Reply-To')),
                ('references', models.JSONField(default=list, verbose_name='References')),
                ('state', models.CharField(choices=[('queued', 'Queued'), ('sent', 'Sent'), ('delivered', 'Delivered'), ('failed', 'Failed')], default='queued', max_length=10, verbose_name='state')),
                ('attempts', models.PositiveSmallIntegerField(default=0, verbose_name='attempts')),
                ('next_try_at', models.DateTimeField(verbose_name='next try at')),
                ('last_error', models.TextField(blank=True, default='', verbose_name='last error')),
                ('provider_id', models.CharField(blank=True, default='', max_length=250, verbose_name="provider's ID")),
                ('created_at', models.DateTimeField(verbose_name='created at')),
                ('sent_at', models.DateTimeField(null=True, verbose_name='sent at')),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contact', verbose_name='contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticketevent')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='outgoing', to='tickets.message', verbose_name='message')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='outgoing', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'outgoing email',
                'verbose_name_plural': 'outgoing emails',
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='ReplyToken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('token', models.CharField(default=channels_intake.models.outgoing.new_token, max_length=26, unique=True)),
                ('created_at', models.DateTimeField()),
                ('contact', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.contact')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket')),
            ],
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(fields=('desk', 'address'), name='mailbox_once_per_desk', violation_error_message='This desk already has this mailbox.'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(condition=models.Q(('verified_at__isnull', False)), fields=('address',), name='mailbox_verified_once', violation_error_message='Another desk already receives email for this address.'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('state', 'received')), fields=['next_try_at'], name='inbound_unread'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('rfc_message_id', ''), _negated=True), fields=['desk', 'rfc_message_id'], name='inbound_message_id'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(fields=['desk', '-id'], name='inbound_newest'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('lacks_files', True)), fields=['id'], name='inbound_lacks_files'),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('discarded_at__isnull', True), ('state__in', ('quarantined', 'failed'))), fields=['desk', '-id'], name='inbound_held'),
        ),
        migrations.AddConstraint(
            model_name='inboundmessage',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['processed', 'quarantined'])), fields=('mailbox', 'rfc_message_id', 'content_hash'), name='inbound_once'),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('state', 'queued')), fields=['next_try_at'], name='mail_unsent'),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('provider_id', ''), _negated=True), fields=['provider_id'], name='mail_provider_id'),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('kind__in', ['receipt', 'reminder', 'closed'])), fields=['desk', 'to_canonical', 'created_at'], name='mail_automatic_to'),
        ),
        migrations.AddConstraint(
            model_name='outgoingemail',
            constraint=models.UniqueConstraint(fields=('event', 'contact', 'kind'), name='mail_once_per_event_and_person'),
        ),
        migrations.AddConstraint(
            model_name='replytoken',
            constraint=models.UniqueConstraint(fields=('ticket', 'contact'), name='reply_token_once'),
        ),
        WallOff("channels_intake_mailbox"),
        WallOff("channels_intake_inboundmessage"),
        WallOff("channels_intake_outgoingemail"),
        WallOff("channels_intake_replytoken"),
    ]

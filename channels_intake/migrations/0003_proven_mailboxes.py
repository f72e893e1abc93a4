from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_identity_providers'),
        ('channels_intake', '0002_files_without_room'),
        ('tickets', '0003_ticket_follow_ups'),
    ]

    operations = [
        # Mailboxes that are in use count as proven: by the default of the new column, since no row of a walled table
        # is seen from here.
        migrations.AddField(
            model_name='mailbox',
            name='proven_at',
            field=models.DateTimeField(default=timezone.now, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='mailbox',
            name='proven_at',
            field=models.DateTimeField(editable=False, help_text='Since when it is proven that the desk reads its mail.', null=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='code_hash',
            field=models.CharField(default='', editable=False, help_text='SHA-256 of the code.', max_length=64),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='code_sent_at',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='mailbox',
            name='code_tries',
            field=models.PositiveSmallIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name='mailbox',
            name='address',
            field=models.EmailField(max_length=254),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(fields=('desk', 'address'), name='mailbox_once_per_desk', violation_error_message='The desk has this mailbox already.'),
        ),
        migrations.AddConstraint(
            model_name='mailbox',
            constraint=models.UniqueConstraint(condition=models.Q(('proven_at__isnull', False)), fields=('address',), name='mailbox_proven_once', violation_error_message='Mail for this address goes to another desk already.'),
        ),
        migrations.AddField(
            model_name='outgoingemail',
            name='to_canonical',
            field=models.CharField(blank=True, default='', help_text='The address without what reaches the same person; automatic mail is counted by it.', max_length=254),
        ),
        migrations.AddIndex(
            model_name='outgoingemail',
            index=models.Index(condition=models.Q(('kind__in', ['receipt', 'reminder', 'closed'])), fields=['desk', 'to_canonical', 'created_at'], name='mail_automatic_to'),
        ),
    ]

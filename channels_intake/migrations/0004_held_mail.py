from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0008_identity_providers'),
        ('channels_intake', '0003_proven_mailboxes'),
        ('tickets', '0003_ticket_follow_ups'),
    ]

    operations = [
        migrations.AddField(
            model_name='inboundmessage',
            name='discarded_at',
            field=models.DateTimeField(help_text='Since when a held mail is out of the way; it is kept, and can be put back.', null=True),
        ),
        migrations.AddIndex(
            model_name='inboundmessage',
            index=models.Index(condition=models.Q(('discarded_at__isnull', True), ('state__in', ('quarantined', 'set_aside'))), fields=['desk', '-id'], name='inbound_held'),
        ),
    ]

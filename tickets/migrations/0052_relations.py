import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):

    atomic = False  # for tickets and messages: their indexes are built while they are in use

    dependencies = [
        ('accounts', '0029_relations'),
        ('tickets', '0051_properties'),
    ]

    operations = [
        migrations.AddField(
            model_name='message',
            name='via',
            field=models.ForeignKey(db_index=False, help_text='The merged ticket that it was written to, if only its customers may read it in the portal.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='tickets.ticket', verbose_name='written to'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='merged_into',
            field=models.ForeignKey(db_index=False, help_text='What is written to this ticket goes there.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='tickets.ticket', verbose_name='merged into'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='close_reason',
            field=models.CharField(blank=True, choices=[('solved', 'Solved'), ('silence', 'No reply from the customer'), ('by_customer', 'Closed by the customer'), ('duplicate', 'Duplicate of another ticket'), ('spam', 'Spam'), ('merged', 'Merged into another ticket')], default='', max_length=12, verbose_name='reason for closing'),
        ),
        AddIndexConcurrently(
            model_name='message',
            index=models.Index(condition=models.Q(('via__isnull', False)), fields=['via'], name='message_via_merged'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='ticket_merged'),
        ),
        migrations.AddConstraint(
            model_name='ticket',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', models.F('id')), _negated=True), name='ticket_merged_into_another'),
        ),
        KeysWithinDesk("Ticket", "Message"),
    ]

import django.db.models.deletion
import django.db.models.functions.text
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    atomic = False  # for tickets and messages: their indexes are built while they are in use

    dependencies = [
        ('accounts', '0027_replies'),
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
            field=models.ForeignKey(db_index=False, help_text='New messages on this ticket go there.', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='merged', to='tickets.ticket', verbose_name='merged into'),
        ),
        migrations.AlterField(
            model_name='ticket',
            name='close_reason',
            field=models.CharField(blank=True, choices=[('solved', 'Solved'), ('silence', 'No reply from the customer'), ('by_customer', 'Closed by the customer'), ('duplicate', 'Duplicate of another ticket'), ('no_answer', "The customer didn't respond"), ('not_ours', 'Not about our product'), ('limitation', 'Known limitation'), ('other', 'Other'), ('spam', 'Spam'), ('merged', 'Merged into another ticket')], default='', max_length=12, verbose_name='reason for closing'),
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
        migrations.CreateModel(
            name='ClosingReason',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60, verbose_name='name')),
                ('is_solution', models.BooleanField(default=False, help_text='Tickets closed with this reason count as solved and meet their SLA target.', verbose_name='counts as solved')),
                ('is_active', models.BooleanField(default=True, help_text='Clear this instead of deleting a reason.', verbose_name='active')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'reason for closing',
                'verbose_name_plural': 'reasons for closing',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='TicketLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('related', 'Related'), ('parent', 'Part of a problem'), ('duplicate', 'Duplicate'), ('split', 'Split off')], max_length=9, verbose_name='kind')),
                ('linked_at', models.DateTimeField(verbose_name='linked')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('source', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links_out', to='tickets.ticket')),
                ('target', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='links_in', to='tickets.ticket')),
            ],
            options={
                'verbose_name': 'ticket link',
                'verbose_name_plural': 'ticket links',
            },
        ),
        migrations.AddField(
            model_name='ticket',
            name='own_close_reason',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='tickets.closingreason', verbose_name='custom reason for closing'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('own_close_reason__isnull', False)), fields=['own_close_reason'], name='ticket_own_close_reason'),
        ),
        migrations.AddConstraint(
            model_name='closingreason',
            constraint=models.UniqueConstraint(models.F('desk'), django.db.models.functions.text.Lower('name'), name='closing_reason_name', violation_error_message='This reason already exists.'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.UniqueConstraint(fields=('source', 'target', 'kind'), name='ticket_link_once'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'parent')), fields=('source',), name='ticket_one_parent'),
        ),
        migrations.AddConstraint(
            model_name='ticketlink',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='ticket_link_to_another'),
        ),
        WallOff("tickets_closingreason"),
        WallOff("tickets_ticketlink"),
        KeysWithinDesk("Ticket", "Message", "ClosingReason", "TicketLink"),
    ]

"""Chat channels can get signals of app reviews; messages of a channel by age."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0024_handles'),
        ('channels_intake', '0021_mail_has_an_address'),
        ('tickets', '0047_waiting_lines'),
    ]

    operations = [
        migrations.AlterField(
            model_name='chatrule',
            name='topic',
            field=models.CharField(choices=[('ticket.opened', 'New ticket'), ('hotline', 'Call handed over'), ('ticket.assigned', 'Ticket assigned'), ('ticket.left_unassigned', 'Nobody available'), ('handover.unclaimed', 'Handover not claimed'), ('customer.responded', 'Customer replied'), ('emergency.reported', 'Emergency reported'), ('ticket.escalated', 'Ticket escalated'), ('ladder.step', 'Step of the escalation ladder'), ('ladder.acknowledged', 'Escalation acknowledged'), ('priority.changed', 'Priority changed'), ('sla.warned', 'SLA target due soon'), ('sla.breached', 'SLA target breached'), ('defect.linked', 'Linked to a defect'), ('ticket.reopened', 'Ticket reopened'), ('ticket.closed', 'Ticket closed'), ('help.requested', 'Request for help'), ('help.overdue', 'Request for help overdue'), ('attention.asked', 'Request for attention'), ('signal.raised', 'Signal from app reviews'), ('defect_created', 'New defect'), ('defect_moved', 'Stage of a defect'), ('defect_released', 'Fix released'), ('defect_major', 'Significant impact of a defect'), ('defect_merged', 'Defect merged')], max_length=24, verbose_name='what happened'),
        ),
        migrations.AddIndex(
            model_name='channelmessage',
            index=models.Index(fields=['connection', 'written_at'], name='channel_message_by_age'),
        ),
    ]

"""The sweep of escalation ladders."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0041_defect_search'),
    ]

    operations = [
        migrations.AlterField(
            model_name='sweepfailure',
            name='sweep',
            field=models.CharField(choices=[('tickets.close', 'Close silent tickets'), ('tickets.remind', 'Remind silent customers'), ('tickets.end_holds', 'End holds'), ('tickets.new_terms', 'Apply changed account terms'), ('tickets.defect_updates', 'Send customers updates about defects'), ('sla.warned', 'Warn about SLA clocks that are due soon'), ('sla.breached', 'Mark breached SLA clocks'), ('sla.ladders', 'Run the steps of escalation ladders'), ('routing.unassigned', 'Assign waiting tickets'), ('routing.stranded', 'Reassign tickets whose agent left'), ('routing.handover.lending', 'Hand over tickets whose agent is off shift'), ('routing.handing_back', 'Hand tickets back to their owners'), ('routing.offers', 'Offer tickets to the next agent'), ('routing.alarms', 'Raise alarms about unclaimed handovers')], max_length=40, verbose_name='periodic job'),
        ),
    ]

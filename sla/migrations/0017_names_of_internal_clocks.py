"""Names of internal clocks as nouns, and a cause of replans; no change of the tables."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('sla', '0016_runs_of_old_clocks'),
    ]

    operations = [
        migrations.AlterField(
            model_name='clock',
            name='kind',
            field=models.CharField(choices=[('first_response', 'First response'), ('next_response', 'Next response'), ('update', 'Regular update'), ('resolution', 'Resolution aim'), ('promised_update', 'Promised update'), ('level_taken', 'Pickup'), ('level_answered', 'First note or reply'), ('level_returned', 'Result from this level'), ('level_silence', 'Next note or reply')], max_length=16, verbose_name='clock'),
        ),
        migrations.AlterField(
            model_name='leveltarget',
            name='clock',
            field=models.CharField(choices=[('level_taken', 'Pickup'), ('level_answered', 'First note or reply'), ('level_returned', 'Result from this level'), ('level_silence', 'Next note or reply')], max_length=16, verbose_name='clock'),
        ),
        migrations.AlterField(
            model_name='replan',
            name='cause',
            field=models.CharField(choices=[('account', 'Plan or status of an account'), ('targets', 'SLA targets'), ('policy', 'SLA policy'), ('calendar', 'Calendar')], max_length=10, verbose_name='changed'),
        ),
    ]

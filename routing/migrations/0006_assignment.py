import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0019_assignment'),
        ('routing', '0005_people'),
        ('tickets', '0032_assignment'),
    ]

    operations = [
        migrations.AddField(
            model_name='rotation',
            name='claims',
            field=models.BigIntegerField(db_default=0, default=0, editable=False),
        ),
        migrations.CreateModel(
            name='Handover',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(choices=[('shift_end', 'End of shift'), ('reply_due', 'Reply due before they are back'), ('departure', 'No longer works here')], max_length=10, verbose_name='reason')),
                ('note', models.JSONField(default=dict, help_text='What to know, see routing/handover/notes.py.', verbose_name='note')),
                ('created_at', models.DateTimeField(verbose_name='handed over')),
                ('until', models.DateTimeField(null=True, verbose_name='until')),
                ('claimed_at', models.DateTimeField(null=True, verbose_name='claimed')),
                ('alarm_at', models.DateTimeField(help_text='When leads are told if nobody has claimed the ticket.', null=True, verbose_name='alarm')),
                ('alarmed_at', models.DateTimeField(null=True, verbose_name='alarm raised')),
                ('ended_at', models.DateTimeField(null=True, verbose_name='ended')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('receiver', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='to')),
                ('sender', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='from')),
                ('ticket', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='handovers', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'handover',
                'verbose_name_plural': 'handovers',
                'indexes': [models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['desk', 'created_at'], name='handover_open'), models.Index(condition=models.Q(('alarmed_at__isnull', True), ('claimed_at__isnull', True), ('ended_at__isnull', True)), fields=['alarm_at'], name='handover_unclaimed')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('ticket',), name='handover_one_open')],
            },
        ),
        migrations.CreateModel(
            name='Offer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('expires_at', models.DateTimeField(verbose_name='expires')),
                ('passed', django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, size=None)),
                ('agent', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.agent', verbose_name='agent')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
                ('ticket', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='offer', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'offer',
                'verbose_name_plural': 'offers',
                'indexes': [models.Index(fields=['expires_at'], name='offer_expiry')],
            },
        ),
        WallOff("routing_handover"),
        WallOff("routing_offer"),
        KeysWithinDesk("Handover", "Offer"),
    ]

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from accounts.versions import NewVersionOnChange
from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0016_departments_and_countries'),
        ('tickets', '0029_levels_and_emergencies'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text="Of the first message: what the email states, or else the requester's.", max_length=35, verbose_name='language'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='mailboxes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=254), blank=True, db_default=[], default=list, help_text="The desk's mailboxes that the first email was sent to.", size=None, verbose_name='mailboxes'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='required_skills',
            field=models.JSONField(blank=True, db_default={}, default=dict, help_text="Set by routing rules: the least level of each skill, by the skill's ID.", verbose_name='required skills'),
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'ordering': ['name'],
            },
        ),
        migrations.CreateModel(
            name='TicketTag',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('desk', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk')),
                ('tag', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ticket_tags', to='tickets.tag', verbose_name='tag')),
                ('ticket', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='ticket_tags', to='tickets.ticket', verbose_name='ticket')),
            ],
            options={
                'verbose_name': 'tag of a ticket',
                'verbose_name_plural': 'tags of tickets',
            },
        ),
        migrations.AddConstraint(
            model_name='tag',
            constraint=models.UniqueConstraint(models.F('desk'), django.db.models.functions.text.Lower('name'), name='tag_name_unique', violation_error_message='This tag already exists.'),
        ),
        migrations.AddIndex(
            model_name='tickettag',
            index=models.Index(fields=['tag', 'ticket'], name='ticket_tag_tickets'),
        ),
        migrations.AddConstraint(
            model_name='tickettag',
            constraint=models.UniqueConstraint(fields=('ticket', 'tag'), name='ticket_tag_once'),
        ),
        WallOff("tickets_tag"),
        WallOff("tickets_tickettag"),
        KeysWithinDesk("Tag", "TicketTag"),
        NewVersionOnChange("tickets_tag"),
    ]

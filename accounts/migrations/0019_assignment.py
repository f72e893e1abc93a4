import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0018_sla_settings'),
    ]

    operations = [
        migrations.AddField(
            model_name='account',
            name='home_region',
            field=models.ForeignKey(blank=True, help_text="Agents of this region get the account's tickets first, while on shift.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.region', verbose_name='home region'),
        ),
        migrations.AddField(
            model_name='account',
            name='named_engineer',
            field=models.ForeignKey(blank=True, help_text="Gets the account's new tickets first, while on shift and below capacity.", null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.agent', verbose_name='named engineer'),
        ),
        migrations.AddField(
            model_name='desk',
            name='agent_capacity',
            field=models.PositiveSmallIntegerField(blank=True, help_text="How many tickets an agent works on at most before new ones go to others, counted by the weight of their priorities. Tickets that wait for the customer don't count. Leave empty for no limit.", null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='capacity of an agent'),
        ),
        migrations.AddField(
            model_name='desk',
            name='offer_minutes',
            field=models.PositiveSmallIntegerField(db_default=0, default=0, help_text="A ticket that its agent doesn't accept within this time goes to the next one. 0 switches offers off: assigned tickets stay with their agents.", verbose_name='minutes to accept a ticket'),
        ),
        migrations.AddField(
            model_name='desk',
            name='prefers_last_agent',
            field=models.BooleanField(db_default=False, default=False, help_text="A new ticket goes to who had the account's latest ticket, if available.", verbose_name="prefer the account's last agent"),
        ),
        KeysWithinDesk("Account"),
    ]

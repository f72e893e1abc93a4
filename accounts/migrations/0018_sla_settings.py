"""When a desk's SLA clocks warn, and in which states they pause."""

import django.contrib.postgres.fields
import django.core.validators
from django.db import migrations, models

import accounts.models.desks


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0017_people"),
    ]

    operations = [
        migrations.AddField(
            model_name="desk",
            name="warn_points",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(99)]), blank=True, default=accounts.models.desks.get_warn_points, help_text="Percent of an SLA target after which agents are warned, such as 50, 75, 90.", size=None, verbose_name="SLA warnings"),
        ),
        migrations.AddField(
            model_name="desk",
            name="pause_states",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=14), blank=True, default=list, help_text="The targets for the next response, for regular updates and for the resolution pause in these statuses. They always pause while waiting for the customer. The first response never pauses.", size=None, verbose_name="statuses that pause SLA clocks"),
        ),
    ]

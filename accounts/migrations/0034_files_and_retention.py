"""What a desk keeps for how long: files of closed tickets, webhooks and calls."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0033_trainees")]
    operations = [
        migrations.AddField(
            model_name="desk",
            name="closed_file_days",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="Days after closing before a ticket's files are deleted for good. Their"
                " names stay. Enter 0 to keep them as long as the ticket.",
                verbose_name="days to keep files of closed tickets",
            ),
        ),
        migrations.AddField(
            model_name="desk",
            name="webhook_days",
            field=models.PositiveSmallIntegerField(
                db_default=90,
                default=90,
                help_text="Days before webhooks of channels, code hosts and paging services, and"
                " finished calls to other systems, are deleted. Tickets are not affected.",
                validators=[MinValueValidator(14), MaxValueValidator(3650)],
                verbose_name="days to keep webhooks and calls",
            ),
        ),
    ]

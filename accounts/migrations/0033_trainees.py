"""Agents whose replies need approval."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "0032_customer_cards")]

    operations = [
        migrations.AddField(
            model_name='agent',
            name='needs_approval',
            field=models.BooleanField(db_default=False, default=False, help_text='For trainees: a colleague approves each reply to a customer before it is sent.', verbose_name='replies need approval'),
        ),
    ]

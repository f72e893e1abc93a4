import django.db.models.deletion
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

from accounts.wall import KeysWithinDesk


class Migration(migrations.Migration):

    atomic = False

    dependencies = [
        ('accounts', '0005_points_of_contact_of_plans'),
        ('tickets', '0006_drafts'),
    ]

    operations = [
        migrations.AddField(
            model_name='ticket',
            name='product',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.product', verbose_name='product'),
        ),
        migrations.AddField(
            model_name='ticket',
            name='uncovered',
            field=models.JSONField(default=dict, help_text="Why the account's plan doesn't cover the ticket; empty if it does.", verbose_name='why not covered'),
        ),
        AddIndexConcurrently(
            model_name='ticket',
            index=models.Index(condition=models.Q(('product__isnull', False)), fields=['product'], name='ticket_of_product'),
        ),
        KeysWithinDesk("Ticket"),
    ]

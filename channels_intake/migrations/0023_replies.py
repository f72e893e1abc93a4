"""Signatures of mailboxes."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [('channels_intake', '0022_signals_of_reviews')]

    operations = [
        migrations.AddField(
            model_name='mailbox',
            name='signature',
            field=models.TextField(blank=True, db_default='', default='', help_text="Added to the end of replies from this address, below the agent's own signature. Leave empty for none.", max_length=1000, verbose_name='signature'),
        ),
    ]

"""Cards that a desk's own system fills, beside a ticket."""

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models

from accounts.wall import KeysWithinDesk, WallOff


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0030_notes'),
    ]

    operations = [
        migrations.CreateModel(
            name='CustomerCard',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text="The card's title, for example “Billing”.", max_length=60, verbose_name='name')),
                ('subject', models.CharField(choices=[('account', 'Account'), ('contact', 'Contact')], default='account', help_text='One card per account, or one per contact. Tickets without an account show no account cards.', max_length=7, verbose_name='about')),
                ('url', models.URLField(help_text='Plumbline posts the account or contact here as JSON when an agent opens a ticket, and shows the components of the response.', verbose_name='URL')),
                ('sealed_secret', models.TextField(default='', editable=False)),
                ('cache_minutes', models.PositiveSmallIntegerField(default=5, help_text='How long Plumbline reuses a response. Enter 0 to ask again each time.', validators=[django.core.validators.MaxValueValidator(60)], verbose_name='cache for (minutes)')),
                ('position', models.PositiveSmallIntegerField(default=0, verbose_name='position')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('desk', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.desk', verbose_name='desk')),
            ],
            options={
                'verbose_name': 'customer card',
                'verbose_name_plural': 'customer cards',
                'ordering': ['position', 'id'],
                'constraints': [models.UniqueConstraint(fields=('desk', 'name'), name='customer_card_name_unique', violation_error_message='There is already a card with this name.')],
            },
        ),
        WallOff("accounts_customercard"),
        KeysWithinDesk("CustomerCard"),
    ]

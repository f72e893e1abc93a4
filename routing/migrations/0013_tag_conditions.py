"""Routing rules can ask for a tag that a channel has set."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('routing', '0012_extra_shifts'),
    ]

    operations = [
        migrations.AlterField(
            model_name='rulecondition',
            name='kind',
            field=models.CharField(choices=[('account_status', 'Account status'), ('plan', 'Plan'), ('product', 'Product'), ('channel', 'Channel'), ('mailbox', 'Mailbox'), ('language', 'Language'), ('country', 'Country'), ('words', 'Words'), ('field', 'Form field'), ('sender', 'Sender'), ('tag', 'Tag')], max_length=14, verbose_name='kind'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tickets', '0006_search_names'),
    ]

    operations = [
        migrations.AddField(
            model_name='submittedform',
            name='fingerprint',
            field=models.CharField(db_default='', help_text='SHA-256 of what a program asked; empty for a form.', max_length=64),
        ),
        migrations.AddField(
            model_name='submittedform',
            name='made_id',
            field=models.BigIntegerField(help_text='The ticket, message or note that it made.', null=True),
        ),
        migrations.AddIndex(
            model_name='ticket',
            index=models.Index(condition=models.Q(('is_unverified', True)), fields=['contact'], name='ticket_unverified'),
        ),
    ]

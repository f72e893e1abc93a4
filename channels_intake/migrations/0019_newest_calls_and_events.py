from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels_intake', '0018_fewer_indexes_of_chat'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='outgoingcall',
            index=models.Index(fields=['desk', '-id'], name='call_newest'),
        ),
        migrations.AddIndex(
            model_name='codeevent',
            index=models.Index(fields=['desk', '-id'], name='code_event_newest'),
        ),
        migrations.AddIndex(
            model_name='pageevent',
            index=models.Index(fields=['desk', '-id'], name='page_event_newest'),
        ),
    ]

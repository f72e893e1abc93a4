from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("sla", "0018_ladders")]

    operations = [
        migrations.AlterField(
            model_name='clockentry',
            name='kind',
            field=models.CharField(choices=[('started', 'Started'), ('replanned', 'Rescheduled'), ('paused', 'Paused'), ('resumed', 'Resumed'), ('warned', 'Warned'), ('breached', 'Breached'), ('met', 'Met'), ('stopped', 'Stopped'), ('overridden', 'Deadline set by hand')], max_length=12, verbose_name='kind'),
        ),
    ]

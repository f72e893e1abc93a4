from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('routing', '0006_assignment'),
    ]

    operations = [
        migrations.AlterField(
            model_name='handover',
            name='cause',
            field=models.CharField(choices=[('shift_end', 'End of shift'), ('reply_due', 'Reply due before they are back'), ('taken_over', 'Taken over'), ('departure', 'No longer works here')], max_length=10, verbose_name='reason'),
        ),
    ]

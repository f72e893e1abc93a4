import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0011_one_key_per_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='desk',
            name='notification_days',
            field=models.PositiveSmallIntegerField(default=90, help_text='Days until a notification that was read is deleted. The ticket keeps its history.', validators=[django.core.validators.MinValueValidator(1)], verbose_name='days to keep read notifications'),
        ),
    ]

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0012_desk_free_domains'),
    ]

    operations = [
        migrations.AddField(
            model_name='contact',
            name='may_log_in',
            field=models.BooleanField(default=True, help_text='Without it this person is out with the next click, and no log-in, invitation or proof of the address lets them in again. Their mail is still taken in.'),
        ),
    ]

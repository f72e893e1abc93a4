from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('channels_intake', '0004_one_mail_per_desk'),
    ]

    operations = [
        migrations.AddField(
            model_name='outgoingemail',
            name='promised_at',
            field=models.DateTimeField(help_text='The time of the first response that this email told; empty for none.', null=True, verbose_name='promised first response'),
        ),
        migrations.AlterField(
            model_name='outgoingemail',
            name='kind',
            field=models.CharField(choices=[('receipt', 'Receipt'), ('reply', 'Reply'), ('copy', 'Copy'), ('phone', 'Follow-up to a call'), ('reminder', 'Reminder'), ('promise', 'New response time'), ('closed', 'Ticket closed')], max_length=10, verbose_name='kind'),
        ),
    ]

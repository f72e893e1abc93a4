from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0065_mail_faults")]

    operations: list[migrations.operations.base.Operation] = []

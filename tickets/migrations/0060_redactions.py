from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0059_troubleshooting")]

    operations: list = []

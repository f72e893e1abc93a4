from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0060_redactions")]

    operations: list = []

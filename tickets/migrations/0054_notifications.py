from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0053_notes")]
    operations: list = []

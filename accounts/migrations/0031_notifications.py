from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0030_notes")]
    operations: list = []

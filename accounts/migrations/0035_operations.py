from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("accounts", "0034_notifications")]

    operations: list = []

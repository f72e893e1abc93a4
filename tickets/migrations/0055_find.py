from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0054_notifications")]
    operations: list = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0047_waiting_lines")]
    operations: list = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("sla", "0018_ladders")]
    operations: list = []

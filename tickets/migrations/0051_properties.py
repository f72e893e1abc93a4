from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0050_replies")]
    operations: list = []

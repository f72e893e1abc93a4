from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0051_properties")]
    operations: list = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0049_macros")]
    operations: list = []

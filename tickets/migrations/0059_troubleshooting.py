from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0058_side_conversations")]

    operations: list = []

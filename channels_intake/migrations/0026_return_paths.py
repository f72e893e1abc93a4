from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels_intake", "0025_side_conversations")]

    operations: list = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels_intake", "0026_return_paths")]

    operations: list = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("channels_intake", "0022_signals_of_reviews")]
    operations: list = []

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0064_side_participants")]
    operations = []

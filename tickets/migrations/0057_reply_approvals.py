from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("tickets", "0056_field_values_of_old_tickets")]

    operations: list = []

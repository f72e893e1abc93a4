from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0007_requests_sent_again"),
    ]

    operations = [
        migrations.RemoveField(
            model_name="notification",
            name="text",
        ),
        migrations.RenameIndex(
            model_name="ticket",
            new_name="ticket_queue_open",
            old_name="ticket_queue_undone",
        ),
        migrations.RenameIndex(
            model_name="ticket",
            new_name="ticket_desk_open",
            old_name="ticket_desk_undone",
        ),
        migrations.RenameIndex(
            model_name="ticket",
            new_name="ticket_mine_open",
            old_name="ticket_mine_undone",
        ),
        migrations.RenameIndex(
            model_name="ticket",
            new_name="ticket_open_number",
            old_name="ticket_undone_number",
        ),
    ]

"""Message.remarks are sentences now; their codes are in remark_data. The column stays."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("tickets", "0003_retired_priorities"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("message", "remarks", "remark_data"),
                migrations.AlterField(
                    model_name="message",
                    name="remark_data",
                    field=models.JSONField(
                        db_column="remarks",
                        default=list,
                        help_text="Parts of the original that could not be read, by code.",
                        verbose_name="remarks",
                    ),
                ),
            ],
        ),
    ]

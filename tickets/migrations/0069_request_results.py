from django.db import migrations, models


class Migration(migrations.Migration):
    """How an API request ended, so that a repeated one gets the same response."""

    dependencies = [("tickets", "0067_imports")]

    operations = [
        migrations.AddField(
            model_name="submittedform",
            name="status",
            field=models.PositiveSmallIntegerField(
                help_text="The HTTP status of an API request's response.", null=True
            ),
        ),
        migrations.AddField(
            model_name="submittedform",
            name="location",
            field=models.CharField(
                default="", db_default="",
                help_text="The path below the desk that shows what an API request did, if any.",
                max_length=200,
            ),
        ),
    ]

"""The index by which limits that have passed 80 percent are found while they run."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("kernel", "0003_reports_of_account")]
    operations = [
        migrations.AddIndex(
            model_name="clock",
            index=models.Index(
                condition=models.Q(("background", False), ("ended_at__isnull", True)), fields=["amber_at", "due_at"], name="clock_amber"
            ),
        )
    ]

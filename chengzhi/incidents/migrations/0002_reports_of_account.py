from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0001_initial"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="incident",
            index=models.Index(
                condition=models.Q(("reporter_account__isnull", False)),
                fields=["reporter_account", "-matter"],
                name="incident_of_reporter",
            ),
        ),
    ]

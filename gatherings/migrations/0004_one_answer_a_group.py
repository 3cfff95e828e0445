"""Who comes to another group answers anew there: one answer each becomes one for each group."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("gatherings", "0002_round_cross_cutting"),
        ("networks", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="submission", name="one_answer_each"),
        migrations.AddConstraint(
            model_name="submission",
            constraint=models.UniqueConstraint(
                fields=("assignment", "person", "group"), name="one_answer_each"
            ),
        ),
    ]

from django.db import migrations, models


def wipe(apps, _schema_editor):
    """Letters that ended before this rule lose their words now."""
    ended = apps.get_model("office", "Letter").objects.filter(
        is_secret=True, state__in=["sent", "failed", "dropped"]
    )
    ended.update(subject="", text="", html="")


class Migration(migrations.Migration):
    dependencies = [("office", "0001_initial")]

    operations = [
        migrations.RunPython(wipe, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_secret", False),
                    ("state__in", ["waiting", "sending"]),
                    models.Q(("html", ""), ("subject", ""), ("text", "")),
                    _connector="OR",
                ),
                name="letter_secret_ends_without_words",
            ),
        ),
    ]

"""The rungs of what is owed by somebody outside. The view itself is made by its newest migration: 0007."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_follow_ups_still_asked_for"),
        ("incidents", "0005_duties_about"),
    ]

    operations = [
        migrations.AlterField(
            model_name="chase",
            name="rung",
            field=models.CharField(
                choices=[
                    ("half", "Reminder before it is due"),
                    ("due", "It is due"),
                    ("again", "Still no answer: ask again"),
                    ("team", "Still no answer: ask for their team manager"),
                    ("up1", "To the registered manager"),
                    ("up2", "To the nominated individual"),
                    ("up3", "To the director"),
                ],
                max_length=10,
            ),
        ),
    ]

"""The due view made anew: what is owed by somebody outside in working days with its later rungs, and late notices.

On a new database it is made here for the first time (0002 to 0004 are silent). Whoever takes the next change of the
view empties these two statements and makes the view in theirs, for the same reason.
"""

from django.db import migrations, models

from governance import due_view


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0004_follow_ups_still_asked_for"),
        ("incidents", "0005_duties_about"),
    ]

    operations = [
        migrations.RunSQL([*due_view.drop(), *due_view.create()], due_view.drop()),
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

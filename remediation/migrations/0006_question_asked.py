"""In which words the third question of a reflection was asked; fixed with the words once they were handed in (F27)."""

from django.db import migrations, models

KEPT = (
    "'saw_heard', 'thought_did', 'why_not_escalated', 'should_have', 'effect_on_person', 'what_i_need', "
    "'entered_for', 'entered_by_id', 'submitted_at', 'submitted_by_id'"
)


def fixed(columns: str) -> str:
    return f"""
DROP TRIGGER fixed_words ON remediation_reflectivetrail;
CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_reflectivetrail
  FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL) EXECUTE FUNCTION remediation_keep_columns({columns});
"""


FIELD = models.CharField(
    blank=True,
    choices=[
        ("escalation", "Whether and why it was passed on"),
        ("record", "What stood in the way of a full record"),
        ("restriction", "What led to the limit, and whether it was raised"),
    ],
    max_length=20,
    verbose_name="how that was asked",
)


class Migration(migrations.Migration):
    dependencies = [
        ("remediation", "0005_scan_after_signing"),
    ]

    operations = [
        migrations.AddField(model_name="historicalreflectivetrail", name="why_asked", field=FIELD),
        migrations.AddField(model_name="reflectivetrail", name="why_asked", field=FIELD),
        migrations.RunSQL(fixed(f"{KEPT}, 'why_asked'"), fixed(KEPT)),
    ]

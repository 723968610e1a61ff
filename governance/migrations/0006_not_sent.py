"""A chase that is no longer its recipient's when the mail would go is marked so, once, and stays as evidence."""

from django.db import migrations, models

#: As 0002 has it, and the second change a chase may know: that it was not sent.
CHASE_IS_KEPT = """
CREATE OR REPLACE FUNCTION chase_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL AND OLD.not_sent_at IS NULL
     AND (NEW.sent_at IS NULL) <> (NEW.not_sent_at IS NULL)
     AND (to_jsonb(NEW) - 'sent_at' - 'message_id' - 'not_sent_at')
       = (to_jsonb(OLD) - 'sent_at' - 'message_id' - 'not_sent_at') THEN
    RETURN NEW;  -- the one change a chase knows: it was sent, or it was no longer theirs and was not
  END IF;
  RAISE EXCEPTION 'A chase is kept as it was made: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION chase_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL
     AND (to_jsonb(NEW) - 'sent_at' - 'message_id') = (to_jsonb(OLD) - 'sent_at' - 'message_id') THEN
    RETURN NEW;
  END IF;
  RAISE EXCEPTION 'A chase is kept as it was made: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("governance", "0005_due_view_outside")]

    operations = [
        migrations.AddField("chase", "not_sent_at", models.DateTimeField(blank=True, null=True)),
        migrations.RemoveIndex("chase", "chase_unsent"),
        migrations.AddIndex(
            "chase",
            models.Index(fields=["id"], condition=models.Q(sent_at=None, not_sent_at=None), name="chase_unsent"),
        ),
        migrations.RunSQL(CHASE_IS_KEPT, AS_BEFORE),
    ]

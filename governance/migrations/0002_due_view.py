"""The rule that a chase, once made, stays as it is.

The due view was made here too, from governance/due_view.py. Its newest text asks for columns that later migrations
add, so the newest migration of the view makes it: 0007_half_time_with_due.
"""

from django.db import migrations

CHASE_IS_KEPT = """
CREATE FUNCTION chase_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL
     AND (to_jsonb(NEW) - 'sent_at' - 'message_id') = (to_jsonb(OLD) - 'sent_at' - 'message_id') THEN
    RETURN NEW;  -- the one change a chase knows: it was sent
  END IF;
  RAISE EXCEPTION 'A chase is kept as it was made: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER kept BEFORE UPDATE OR DELETE ON governance_chase FOR EACH ROW EXECUTE FUNCTION chase_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("governance", "0001_initial"),
        ("remediation", "0001_initial"),
        ("incidents", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CHASE_IS_KEPT, "DROP TRIGGER kept ON governance_chase; DROP FUNCTION chase_is_kept()"),
    ]

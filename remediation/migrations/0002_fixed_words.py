"""Words that may not change once they count: refused by the database too, whoever writes (F27, F33, A6).

A reflective trail after it was submitted; a plan's gap and statement, and a test's rule, after the plan started;
a criterion always.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION remediation_keep_columns() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text;
BEGIN
  FOREACH kept IN ARRAY TG_ARGV LOOP
    IF to_jsonb(OLD) -> kept IS DISTINCT FROM to_jsonb(NEW) -> kept THEN
      RAISE EXCEPTION '%.% is fixed and cannot change', TG_TABLE_NAME, kept USING ERRCODE = 'insufficient_privilege';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;

CREATE FUNCTION remediation_keep_test() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  kept text;
BEGIN
  IF NOT EXISTS (SELECT 1 FROM remediation_remediationplan WHERE id = OLD.plan_id AND started_at IS NOT NULL) THEN
    RETURN NEW;
  END IF;
  FOREACH kept IN ARRAY TG_ARGV LOOP
    IF to_jsonb(OLD) -> kept IS DISTINCT FROM to_jsonb(NEW) -> kept THEN
      RAISE EXCEPTION '%.% is fixed once the plan has started', TG_TABLE_NAME, kept
        USING ERRCODE = 'insufficient_privilege';
    END IF;
  END LOOP;
  RETURN NEW;
END $$;

CREATE FUNCTION remediation_keep_criterion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' THEN
    RAISE EXCEPTION 'a criterion is fixed: withdraw the test and write another' USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF EXISTS (SELECT 1 FROM remediation_testattempt WHERE test_id = NEW.test_id) THEN
    RAISE EXCEPTION 'a criterion cannot be added after the first attempt' USING ERRCODE = 'insufficient_privilege';
  END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_reflectivetrail
  FOR EACH ROW WHEN (OLD.submitted_at IS NOT NULL)
  EXECUTE FUNCTION remediation_keep_columns('saw_heard', 'thought_did', 'why_not_escalated', 'should_have',
    'effect_on_person', 'what_i_need', 'entered_for', 'entered_by_id', 'submitted_at', 'submitted_by_id');

CREATE TRIGGER fixed_reply BEFORE UPDATE ON remediation_rightofreply
  FOR EACH ROW WHEN (OLD.answered_at IS NOT NULL)
  EXECUTE FUNCTION remediation_keep_columns('kind', 'text', 'answered_at', 'answered_by_id');

CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_remediationplan
  FOR EACH ROW WHEN (OLD.started_at IS NOT NULL)
  EXECUTE FUNCTION remediation_keep_columns('worker_id', 'template_id', 'gap', 'baseline', 'statement', 'if_not_met',
    'started_at', 'started_by_id');

CREATE TRIGGER fixed_words BEFORE UPDATE ON remediation_practicetest
  FOR EACH ROW EXECUTE FUNCTION remediation_keep_test('code', 'title', 'kind', 'instructions', 'pass_rule',
    'before_return', 'series_weeks', 'original_due_on');

CREATE TRIGGER fixed_words BEFORE INSERT OR UPDATE ON remediation_testcriterion
  FOR EACH ROW EXECUTE FUNCTION remediation_keep_criterion();
"""

BACKWARDS = """
DROP TRIGGER fixed_words ON remediation_testcriterion;
DROP TRIGGER fixed_words ON remediation_practicetest;
DROP TRIGGER fixed_words ON remediation_remediationplan;
DROP TRIGGER fixed_reply ON remediation_rightofreply;
DROP TRIGGER fixed_words ON remediation_reflectivetrail;
DROP FUNCTION remediation_keep_criterion();
DROP FUNCTION remediation_keep_test();
DROP FUNCTION remediation_keep_columns();
"""


class Migration(migrations.Migration):
    dependencies = [("remediation", "0001_initial")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]

"""The database's own guard on signed practice tests (F48): written by hand, kept when 0001 is made anew.

An attempt with `signed_at` cannot change or go; nor can its marks, its list of files, or those files' records.
The signing update itself, from unsigned to signed, passes. `FOR SHARE` waits for a signing under way, so that a
mark cannot slip in between.
"""

from django.db import migrations

SQL = """
CREATE FUNCTION refuse_change_of_signed_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF OLD.signed_at IS NOT NULL THEN
    RAISE EXCEPTION 'A signed practice test is kept for good: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION refuse_change_in_signed_attempt() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  signed timestamptz;
BEGIN
  IF TG_OP <> 'INSERT' THEN
    SELECT signed_at INTO signed FROM remediation_testattempt WHERE id = OLD.attempt_id FOR SHARE;
  END IF;
  IF signed IS NULL AND TG_OP <> 'DELETE' THEN
    SELECT signed_at INTO signed FROM remediation_testattempt WHERE id = NEW.attempt_id FOR SHARE;
  END IF;
  IF signed IS NOT NULL THEN
    RAISE EXCEPTION 'This practice test is signed: % in % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE FUNCTION refuse_change_of_signed_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (
    SELECT 1 FROM remediation_attemptfile f JOIN remediation_testattempt a ON a.id = f.attempt_id
    WHERE f.file_id = OLD.id AND a.signed_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'This file is evidence in a signed practice test: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;

CREATE TRIGGER fixed_once_signed BEFORE UPDATE OR DELETE ON remediation_testattempt
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_signed_attempt();
CREATE TRIGGER fixed_once_signed BEFORE INSERT OR UPDATE OR DELETE ON remediation_criterionmark
  FOR EACH ROW EXECUTE FUNCTION refuse_change_in_signed_attempt();
CREATE TRIGGER fixed_once_signed BEFORE INSERT OR UPDATE OR DELETE ON remediation_attemptfile
  FOR EACH ROW EXECUTE FUNCTION refuse_change_in_signed_attempt();
CREATE TRIGGER fixed_once_signed BEFORE UPDATE OR DELETE ON incidents_casefile
  FOR EACH ROW EXECUTE FUNCTION refuse_change_of_signed_evidence();
"""

REVERSE = """
DROP TRIGGER fixed_once_signed ON incidents_casefile;
DROP TRIGGER fixed_once_signed ON remediation_attemptfile;
DROP TRIGGER fixed_once_signed ON remediation_criterionmark;
DROP TRIGGER fixed_once_signed ON remediation_testattempt;
DROP FUNCTION refuse_change_of_signed_evidence();
DROP FUNCTION refuse_change_in_signed_attempt();
DROP FUNCTION refuse_change_of_signed_attempt();
"""


class Migration(migrations.Migration):
    dependencies = [("remediation", "0002_fixed_words"), ("incidents", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]

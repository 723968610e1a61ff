"""What the virus scanner says of a file may still be written down when the file is evidence in a signed test (F08).

A file can wait for the scanner when its test is signed, or come from before there was one. Everything else of it
stays fixed, and what the scanner said once stays too.
"""

from django.db import migrations

SQL = """
CREATE OR REPLACE FUNCTION refuse_change_of_signed_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  scanned text[] := ARRAY['scan', 'scanned_at', 'scanned_by_id', 'scan_found'];
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.scan IN ('none', 'waiting') AND to_jsonb(NEW) - scanned = to_jsonb(OLD) - scanned THEN
    RETURN NEW;
  END IF;
  IF EXISTS (
    SELECT 1 FROM remediation_attemptfile f JOIN remediation_testattempt a ON a.id = f.attempt_id
    WHERE f.file_id = OLD.id AND a.signed_at IS NOT NULL
  ) THEN
    RAISE EXCEPTION 'This file is evidence in a signed practice test: % is refused', TG_OP USING ERRCODE = 'insufficient_privilege';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END $$;
"""

REVERSE = """
CREATE OR REPLACE FUNCTION refuse_change_of_signed_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
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
"""


class Migration(migrations.Migration):
    dependencies = [("remediation", "0004_disciplinary_process"), ("incidents", "0002_evidence_copies")]
    operations = [migrations.RunSQL(SQL, REVERSE)]

"""The search entries made before are made anew without who reported or first noticed a failure (S10)."""

from django.db import migrations

#: As incidents/actions/search.py builds an entry, for the cases whose staff were indexed by a part that S10 keeps back.
#: An entry is derived and has no history; nothing else of the case changes.
WITHOUT_THE_REPORTER = """
UPDATE incidents_casesearch s SET vector =
    setweight(to_tsvector('english', c.reference || ' ' || c.title), 'A')
 || setweight(to_tsvector('english', coalesce((
      SELECT string_agg(p.code, ' ') FROM incidents_caseperson l JOIN incidents_personsupported p ON p.id = l.person_id
      WHERE l.case_id = c.id), '') || ' ' || coalesce((
      SELECT string_agg(p.name, ' ') FROM incidents_casestaff l JOIN accounts_staff p ON p.id = l.staff_id
      WHERE l.case_id = c.id AND l.ended_at IS NULL AND l.involvement NOT IN ('reporter', 'noticed')), '')), 'B')
 || setweight(to_tsvector('english', c.what_happened || ' ' || coalesce((
      SELECT string_agg(e.text, ' ') FROM incidents_chronologyentry e WHERE e.case_id = c.id), '') || ' ' || coalesce((
      SELECT string_agg(a.text, ' ') FROM incidents_chronologyaddendum a WHERE a.case_id = c.id), '')), 'C')
FROM incidents_case c
WHERE c.id = s.case_id AND EXISTS (
  SELECT 1 FROM incidents_casestaff l WHERE l.case_id = c.id AND l.involvement IN ('reporter', 'noticed'))
"""


class Migration(migrations.Migration):
    dependencies = [("incidents", "0007_restriction_without_control"), ("accounts", "0002_access_by_exception")]

    operations = [migrations.RunSQL(WITHOUT_THE_REPORTER, migrations.RunSQL.noop)]

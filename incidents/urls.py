"""Every address of this floor."""

from django.urls import URLPattern, URLResolver, path

from incidents.views import access, case, chronology, duties, evidence, log, people, protection, reads, restrictions

CASE = "cases/<uuid:case>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("log/done/<uuid:case>/", log.logged, name="logged"),
    *log.Log.urls("log/"),
    path("cases/", case.cases, name="cases"),
    path(CASE, case.overview, name="case"),
    # Protection
    path(f"{CASE}protection/", protection.protection, name="case-protection"),
    path(f"{CASE}safe/", protection.safe, name="case-safe"),
    path(f"{CASE}controls/<uuid:control>/", protection.control, name="case-control"),
    path(f"{CASE}controls/<uuid:control>/review/", protection.review, name="case-control-review"),
    path(f"{CASE}controls/<uuid:control>/tasks/", protection.tasks, name="case-control-tasks"),
    *protection.ReplaceControl.urls(f"{CASE}controls/<uuid:control>/replace/"),
    *protection.RecordControl.urls(f"{CASE}controls/new/"),
    path(f"{CASE}level/", protection.rate, name="case-rate"),
    path(f"{CASE}level/<uuid:rating>/confirm/", protection.confirm_rating, name="case-rating-confirm"),
    # Outside duties
    path(f"{CASE}duties/", duties.duties, name="case-duties"),
    path(f"{CASE}duties/add/", duties.raise_duty, name="case-duty-raise"),
    path(f"{CASE}duties/<uuid:duty>/", duties.duty, name="case-duty"),
    path(f"{CASE}duties/<uuid:duty>/answer/", duties.answer_duty, name="case-duty-answer"),
    path(f"{CASE}duties/<uuid:duty>/second/", duties.second_no, name="case-duty-second"),
    path(f"{CASE}duties/<uuid:duty>/sent/", duties.sent, name="case-duty-sent"),
    path(f"{CASE}duties/<uuid:duty>/answered/", duties.acknowledged, name="case-duty-acknowledged"),
    path(f"{CASE}duties/<uuid:duty>/late/", duties.late, name="case-duty-late"),
    path(f"{CASE}times/", duties.times, name="case-times"),
    # Chronology and evidence
    path(f"{CASE}chronology/", chronology.page, name="case-chronology"),
    path(f"{CASE}chronology/add/", chronology.new, name="case-chronology-new"),
    path(f"{CASE}chronology/review/", chronology.review, name="case-chronology-review"),
    path(f"{CASE}chronology/<uuid:entry>/", chronology.entry, name="case-chronology-entry"),
    path(f"{CASE}evidence/", evidence.page, name="case-evidence"),
    path(f"{CASE}evidence/add/", evidence.new, name="case-evidence-new"),
    path(f"{CASE}evidence/<uuid:file>/", evidence.download, name="case-file"),
    path(f"{CASE}evidence/<uuid:file>/replace/", evidence.replace, name="case-file-replace"),
    # Who and what kind
    path(f"{CASE}people/", people.page, name="case-people"),
    path(f"{CASE}people/kind/", people.classify, name="case-classify"),
    path(f"{CASE}people/add/", people.person_new, name="case-person-new"),
    path(f"{CASE}people/<uuid:person>/", people.person, name="case-person"),
    path(f"{CASE}people/staff/add/", people.staff_new, name="case-staff-new"),
    path(f"{CASE}people/staff/<uuid:link>/end/", people.staff_end, name="case-staff-end"),
    path(f"{CASE}owner/", people.owner, name="case-owner"),
    # Who may see it
    path(f"{CASE}access/", access.page, name="case-access"),
    path(f"{CASE}access/give/", access.give, name="case-access-give"),
    path(f"{CASE}access/<uuid:grant>/end/", access.end, name="case-access-end"),
    path(f"{CASE}access/take-over/", access.take_over, name="case-take-over"),
    path(f"{CASE}access/take-over/outside/", access.take_over_outside, name="case-take-over-outside"),
    path(f"{CASE}seal/", access.seal, name="case-seal"),
    path(f"{CASE}unseal/", access.unseal, name="case-unseal"),
    path(f"{CASE}exceptions/add/", access.exception, name="case-exception"),
    path(f"{CASE}exceptions/<uuid:exception>/end/", access.exception_end, name="case-exception-end"),
    path(f"{CASE}reads/", reads.of_case, name="case-reads"),
    path("people/<uuid:pk>/reads/", reads.of_person, name="person-reads"),
    path("emergency-access/", access.emergency, name="emergency-access"),
    # Restrictive practice
    path(f"{CASE}restriction/", restrictions.page, name="case-restriction"),
    path(f"{CASE}restriction/add/", restrictions.new, name="case-restriction-new"),
    path(f"{CASE}restriction/<uuid:restriction>/end/", restrictions.end, name="case-restriction-end"),
    path(f"{CASE}restriction/questions/", restrictions.tests, name="case-restriction-tests"),
]

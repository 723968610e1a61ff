"""Addresses of practice tests, re-authorisation and the register."""

from django.urls import URLPattern, URLResolver, path

from remediation.views import authorisation, practice, register, signatures

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:case_id>/tests/", practice.section, name="case-tests"),
    path("practice-tests/<uuid:test_id>/", practice.test, name="practice-test"),
    path("practice-tests/<uuid:test_id>/start/", practice.start, name="attempt-start"),
    path("attempts/<uuid:attempt_id>/", practice.attempt, name="attempt"),
    path("attempts/<uuid:attempt_id>/<int:order>/", practice.criterion, name="attempt-criterion"),
    path("attempts/<uuid:attempt_id>/end/", practice.end, name="attempt-end"),
    path("attempts/<uuid:attempt_id>/sign/", practice.sign, name="attempt-sign"),
    path("signatures/<str:kind>/<uuid:pk>/withdraw/", signatures.withdraw, name="signature-withdraw"),
    path("cases/<uuid:case_id>/reauthorisation/", authorisation.section, name="case-reauthorisation"),
    path("cases/<uuid:case_id>/holds/", authorisation.holds, name="case-holds"),
    path("holds/<uuid:hold_id>/release/", authorisation.release, name="hold-release"),
    path("plans/<uuid:plan_id>/reauthorisation/", authorisation.plan, name="plan-reauthorisation"),
    path("plans/<uuid:plan_id>/reauthorisation/<str:task>/", authorisation.decide, name="decide-task"),
    path("decisions/<uuid:decision_id>/second/", authorisation.second, name="second-decision"),
    path("follow-ups/<uuid:follow_up_id>/", authorisation.follow_up, name="follow-up"),
    path("who-may-do-what/", register.services, name="register"),
    path("who-may-do-what/<uuid:service_id>/", register.service, name="register-service"),
    path("who-may-do-what/<uuid:service_id>/<uuid:staff_id>/<str:task>/", register.cell, name="register-cell"),
]

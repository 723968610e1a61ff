"""The addresses of governance. Packs and history bring their own in urls/packs.py."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from governance.views import chasing, closing, due, effect, ledger, my_work

urlpatterns: list[URLPattern | URLResolver] = [
    path("", my_work.my_work, name="my-work"),
    path("due/", due.due_list, name="due"),
    path("due/chase/<int:pk>/", due.from_chase, name="chase"),
    path("due/ready-to-close/", closing.ready, name="ready-to-close"),
    path("cases/<uuid:case_id>/chasing/", chasing.case_chasing, name="case-chasing"),
    path("cases/<uuid:case_id>/effectiveness/", effect.effectiveness, name="case-effectiveness"),
    path("cases/<uuid:case_id>/effectiveness/measure/", effect.measure_new, name="measure-new"),
    path("cases/<uuid:case_id>/effectiveness/look/", effect.check_new, name="effect-check-new"),
    path("cases/<uuid:case_id>/effectiveness/looks/", effect.checks_usual, name="effect-checks-usual"),
    path("cases/<uuid:case_id>/effectiveness/verdict/", effect.verdict, name="effect-verdict"),
    path("measures/<uuid:pk>/change/", effect.measure_change, name="measure-change"),
    path("measures/<uuid:pk>/point/", effect.point_new, name="measure-point"),
    path("looks/<uuid:pk>/", effect.check_record, name="effect-check"),
    path("looks/<uuid:pk>/move/", effect.check_move, name="effect-check-move"),
    path("cases/<uuid:case_id>/closing/", closing.closure, name="case-closure"),
    path("cases/<uuid:case_id>/closing/sign/", closing.close, name="case-close"),
    path("cases/<uuid:case_id>/closing/open-again/", closing.reopen, name="case-reopen"),
    path("ledger/", ledger.ledger, name="ledger"),
    path("ledger/check/", ledger.check, name="ledger-check"),
    path("closings/<uuid:pk>/second/", closing.second, name="closure-second"),
]
if find_spec("governance.urls.packs"):
    urlpatterns.append(path("", include("governance.urls.packs")))

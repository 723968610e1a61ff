"""The addresses of packs and of the history of a case."""

from django.urls import URLPattern, URLResolver, path

from governance.views import history, packs, reading_room, record_history

urlpatterns: list[URLPattern | URLResolver] = [
    path("cases/<uuid:case_id>/packs/", packs.case_packs, name="case-packs"),
    path("cases/<uuid:case_id>/packs/new/", packs.ask, name="pack-ask"),
    path("due/packs-to-release/", packs.to_release, name="packs-to-release"),
    path("packs/<uuid:pk>/", packs.pack, name="pack"),
    path("packs/<uuid:pk>/progress/", packs.progress, name="pack-progress"),
    path("packs/<uuid:pk>/preview/", packs.preview, name="pack-preview"),
    path("packs/<uuid:pk>/release/", packs.release, name="pack-release"),
    path("packs/<uuid:pk>/pdf/", packs.pdf, name="pack-pdf"),
    path("packs/<uuid:pk>/html/", packs.html, name="pack-html"),
    path("cases/<uuid:case>/access/invite/", reading_room.invite, name="case-invite"),
    path("reading/", reading_room.room, name="reading-room"),
    path("reading/<uuid:pk>/", reading_room.read, name="reading"),
    path("verify/", packs.verify, name="verify"),
    path("cases/<uuid:case_id>/history/", history.case_history, name="case-history"),
    path("cases/<uuid:case_id>/history/table/", history.case_history_csv, name="case-history-csv"),
    path("cases/<uuid:case_id>/history/check/", history.check_history, name="case-history-check"),
]
#: Beside each record's own page: its history, and the same as a table.
OUTSIDE_CASES = {
    "person": "people/<uuid:pk>/history/",
    "sign-in": "people/<uuid:pk>/sign-in/history/",
    "posting": "people/postings/<uuid:pk>/history/",
    "role": "people/roles/<uuid:pk>/history/",
    "delegation": "people/delegations/<uuid:pk>/history/",
    "service": "people/services/<uuid:pk>/history/",
    "provider": "people/providers/<uuid:pk>/history/",
    "library-entry": "library/<uuid:pk>/history/",
}
for kind, address in OUTSIDE_CASES.items():
    which = {"kind": kind}
    urlpatterns += [
        path(address, record_history.page, which, name=f"{kind}-history"),
        path(f"{address}table/", record_history.table, which, name=f"{kind}-history-csv"),
    ]

from django.urls import path

from accounts.views import people, session

urlpatterns = [
    path("session/left/", session.left, name="session-left"),
    path("session/stay/", session.stay, name="session-stay"),
    path("session/keep/", session.keep, name="session-keep"),
    path("session/unsent/<uuid:draft>/", session.waiting, name="unsent"),
    path("session/unsent/<uuid:draft>/discard/", session.discard, name="unsent-discard"),
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/sign-in/", people.sign_in, name="person-sign-in"),
    path("people/<uuid:pk>/sign-in/help/", people.sign_in_help, name="person-sign-in-help"),
    path("people/<uuid:pk>/supervisor/", people.supervisor, name="person-supervisor"),
    path("people/<uuid:pk>/role/", people.grant, name="person-role"),
    path("people/<uuid:pk>/leave/", people.leave, name="person-leave"),
    path("people/<uuid:pk>/return/", people.come_back, name="person-return"),
    path("people/<uuid:pk>/delegate/", people.delegate, name="person-delegate"),
    path("people/delegations/<uuid:pk>/end/", people.delegation_end, name="delegation-end"),
    path("people/roles/<uuid:pk>/end/", people.end, name="role-end"),
]

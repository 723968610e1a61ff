from django.urls import path

from accounts.views import people

urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/add/", people.add, name="person-add"),
    path("people/<uuid:pk>/", people.person, name="person"),
    path("people/<uuid:pk>/sign-in/", people.sign_in, name="person-sign-in"),
    path("people/<uuid:pk>/supervisor/", people.supervisor, name="person-supervisor"),
    path("people/<uuid:pk>/role/", people.grant, name="person-role"),
    path("people/roles/<uuid:pk>/end/", people.end, name="role-end"),
]

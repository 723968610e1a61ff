from remediation.urls import practice, tracks

urlpatterns = [*tracks.urlpatterns, *practice.urlpatterns]

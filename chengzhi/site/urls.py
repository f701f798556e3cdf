"""Root URLs: the one place where doors are mounted."""

from django.urls import include, path

from chengzhi.site import health, views
from chengzhi.site.api import api

urlpatterns = [
    path("", include("chengzhi.kernel.urls")),
    path("", include("chengzhi.organisation.urls")),
    path("", include("chengzhi.incidents.urls")),
    path("language", views.language, name="language"),
    path("appearance", views.appearance, name="appearance"),
    path("api/v1/", api.urls),
    path("healthz", health.process),
    path("readyz", health.ready),
]
handler404 = "chengzhi.site.views.not_found"

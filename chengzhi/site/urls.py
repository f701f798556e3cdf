"""Root URLs: the one place where doors are mounted."""

from django.urls import include, path

from chengzhi.site import health, views
from chengzhi.site.api import api
from chengzhi.site.demo import tour

urlpatterns = [
    path("api/v1/", api.urls),  # first, because a program asks it most often and patterns are tried in order
    path("", include("chengzhi.hotline.urls")),
    path("settings/me", views.my_settings, name="my_settings"),
    path("", include("chengzhi.kernel.urls")),
    path("", include("chengzhi.organisation.urls")),
    path("", include("chengzhi.incidents.urls")),
    path("", include("chengzhi.notification.urls")),
    path("", include("chengzhi.portal.urls")),
    path("language", views.language, name="language"),
    path("appearance", views.appearance, name="appearance"),
    path("text-size", views.text_size, name="text_size"),
    path("density", views.density, name="density"),
    path("tour/<int:number>", tour.go, name="tour_go"),
    path("tour/away", tour.put_away, name="tour_away"),
    path("healthz", health.process),
    path("readyz", health.ready),
]
handler404 = "chengzhi.site.views.not_found"

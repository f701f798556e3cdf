"""Root URLs: the one place where doors are mounted."""

from django.urls import path

from chengzhi.site import health
from chengzhi.site.api import api

urlpatterns = [
    path("api/v1/", api.urls),
    path("healthz", health.process),
    path("readyz", health.ready),
]

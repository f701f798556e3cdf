"""The product's URLs and one more: a read of one row by its primary key, the yardstick of lists and details."""

from django.http import HttpRequest, JsonResponse
from django.urls import path

from chengzhi.kernel.models import Matter
from chengzhi.site import urls as product


def one_row(_request: HttpRequest, identifier: int) -> JsonResponse:
    """Return one row by its index and nothing else."""
    found = Matter.objects.filter(pk=identifier).values("number", "state", "version").first()
    return JsonResponse(found or {})


urlpatterns = [*product.urlpatterns, path("yardstick/<int:identifier>", one_row)]
handler404 = product.handler404

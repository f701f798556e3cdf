"""The platform's settings, with the yardstick view and the command that measures."""

from chengzhi.site import settings as product
from chengzhi.site.settings import *  # noqa: F403  (the whole product, nothing changed)

INSTALLED_APPS = [*product.INSTALLED_APPS, "benchmarks"]
ROOT_URLCONF = "benchmarks.urls"

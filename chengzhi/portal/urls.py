"""Addresses of the citizens' pages, and of the two pages of the staff about them."""

from django.urls import path, re_path

from chengzhi.portal.views import follow, home, report, staff

urlpatterns = [
    path("c/", home.home, name="portal_home"),
    path("c/report", report.report, name="portal_report"),
    path("c/photo", report.photo, name="portal_photo"),
    path("c/near", home.nearby, name="portal_nearby"),
    path("c/cells", home.cells, name="portal_cells"),
    path("c/public", home.undertakings, name="portal_public"),
    path("c/large", home.large, name="portal_large"),
    path("c/poster/", staff.poster, name="portal_poster"),
    re_path(r"^c/poster/qr\.(?P<form>svg|png)$", staff.qr, name="portal_qr"),
    path("c/f/", follow.lookup, name="portal_lookup"),
    path("c/f/<str:code>", follow.follow, name="portal_follow"),
    path("c/f/<str:code>/receipt", follow.receipt, name="portal_receipt"),
    path("c/f/<str:code>/calendar.ics", follow.calendar, name="portal_calendar"),
    path("c/f/<str:code>/rate", follow.rate, name="portal_rate"),
    path("c/f/<str:code>/ask", follow.ask, name="portal_ask"),
    path("c/f/<str:code>/phone", follow.withdraw, name="portal_withdraw"),
    path("c/picture/<str:name>", follow.picture, name="portal_picture"),
    path("work/ratings/", staff.ratings, name="portal_ratings"),
]

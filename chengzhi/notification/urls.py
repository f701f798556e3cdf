"""Addresses of the pages of notices."""

from django.urls import path

from chengzhi.notification import views

urlpatterns = [
    path("notices", views.mine, name="notices"),
    path("notices/count", views.count, name="notices_count"),
    path("notices/newest", views.newest, name="notices_newest"),
    path("notices/read", views.read_all, name="notices_read"),
    path("notices/<int:notice_id>/open", views.open_one, name="notice_open"),
    path("notices/settings", views.wishes, name="notice_settings"),
    path("notices/sent", views.sent, name="notices_sent"),
    path("notices/<int:notice_id>/retry", views.retry, name="notice_retry"),
    path("notices/channels", views.channel, name="notice_channel"),
    path("notices/pause", views.pause, name="notice_pause"),
]

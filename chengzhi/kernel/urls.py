"""Addresses of the kernel's pages."""

from django.urls import path

from chengzhi.kernel import views

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("matters/<int:matter_id>/preview", views.preview, name="preview"),
    path("matters/<int:matter_id>/steps/<slug:slug>", views.step, name="step"),
    path("matters/steps/<slug:slug>", views.batch, name="batch"),
    path("live", views.live, name="live"),
    path("bell", views.overdue, name="bell"),
    path("tools/deadlines", views.deadlines, name="deadlines"),
]

"""Addresses of the pages of the loop."""

from django.urls import path

from chengzhi.incidents import views

urlpatterns = [
    path("incidents", views.listing, name="incidents"),
    path("incidents/<str:number>", views.case, name="incident"),
    path("search", views.search, name="search"),
    path("report", views.report, name="report"),
    path("report/suggest", views.suggest, name="suggest"),
    path("report/outlook", views.preview, name="outlook"),
]

"""Addresses of the pages of the loop."""

from django.urls import path

from chengzhi.incidents import views

urlpatterns = [
    path("incidents", views.listing, name="incidents"),
    path("incidents/export.xlsx", views.listing_export, name="incidents_export"),
    path("incidents/<str:number>", views.case, name="incident"),
    path("incidents/<str:number>/print", views.case_print, name="incident_print"),
    path("incidents/<str:number>/reporter", views.reporter, name="incident_reporter"),
    path("search", views.search, name="search"),
    path("crew/<str:token>/", views.crew, name="crew"),
    path("crew/<str:token>/photos/<int:attachment_id>/<str:size>", views.crew_picture, name="crew_picture"),
    path("work/dispatch/", views.bench, name="dispatch"),
    path("work/dispatch/plan", views.plan, name="dispatch_plan"),
    path("work/dispatch/batch", views.dispatch, name="dispatch_batch"),
    path("work/dispatch/units/<int:unit_id>", views.unit, name="dispatch_unit"),
    path("work/oddities/", views.oddities, name="oddities"),
    path("work/taken", views.taken, name="taken"),
    path("work/board/", views.board, name="board"),
    path("work/board/<int:matter_id>", views.task, name="board_task"),
    path("maps/incidents", views.points, name="map_incidents"),
    path("maps/divisions", views.divisions, name="map_divisions"),
    path("maps/areas/<int:unit_id>", views.areas, name="map_areas"),
    path("m/", views.phone_start, name="phone"),
    path("m/worker.js", views.phone_worker, name="phone_worker"),
    path("report", views.report, name="report"),
    path("report/suggest", views.suggest, name="suggest"),
    path("report/outlook", views.preview, name="outlook"),
]

"""Addresses of the kernel's pages."""

from django.urls import path

from chengzhi.kernel import import_views, settings_views, views

urlpatterns = [
    path("", views.my_work, name="my_work"),
    path("work/export.xlsx", views.work_export, name="work_export"),
    path("matters/<int:matter_id>/preview", views.preview, name="preview"),
    path("matters/<int:matter_id>/steps/<slug:slug>", views.step, name="step"),
    path("matters/steps/<slug:slug>", views.batch, name="batch"),
    path("settings/", settings_views.index, name="settings"),
    path("settings/changes", settings_views.changes, name="settings_changes"),
    path("settings/imports/", import_views.index, name="imports"),
    path("settings/imports/<int:import_id>", import_views.one, name="import_one"),
    path("settings/imports/<int:import_id>/apply", import_views.apply, name="import_apply"),
    path("settings/imports/<int:import_id>/cancel", import_views.cancel, name="import_cancel"),
    path("settings/imports/<int:import_id>/report.csv", import_views.report, name="import_report"),
    path("settings/imports/<slug:kind>", import_views.kind, name="import_kind"),
    path("settings/imports/<slug:kind>/template.xlsx", import_views.template, name="import_template"),
    path("settings/<slug:slug>", settings_views.sheet, name="settings_sheet"),
    path("settings/<slug:slug>/<slug:name>", settings_views.verb, name="settings_verb"),
    path("live", views.live, name="live"),
    path("tools/deadlines", views.deadlines, name="deadlines"),
]

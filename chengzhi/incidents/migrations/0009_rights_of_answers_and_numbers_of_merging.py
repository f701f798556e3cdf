"""Gives cities that were founded before what a new one loads: who answers returns and suspensions, numbers of merging, rework and history."""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data"
GRANTS = {
    "incidents.task.answer_return": ("dispatcher", "chief"),
    "incidents.task.answer_suspension": ("dispatcher", "leader"),
    "incidents.incident.ask_void": ("supervisor_lead", "leader"),
    "incidents.supervision.reply": ("leader",),
}
NUMBERS = ("merge_metres", "merge_hours", "rework_share", "earlier_metres", "earlier_days")


def give(apps, schema_editor):
    grant, role = apps.get_model("organisation", "Grant"), apps.get_model("organisation", "Role")
    known = set(role.objects.values_list("code", flat=True))
    rows = [grant(role_id=code, capability=name) for name, codes in GRANTS.items() for code in codes if code in known]
    if rows:
        grant.objects.bulk_create(rows, ignore_conflicts=True)
        _raise(apps, "organisation")
    if apps.get_model("incidents", "CaseClass").objects.exists():
        _load(apps.get_model("incidents", "LoopNumber"))
        _raise(apps, "loop_numbers")


def _load(model):
    with (DATA / "loop_numbers.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["code"] in NUMBERS]
    made = [model(**{**row, "valid_from": date.fromisoformat(row["valid_from"]), "valid_to": None}) for row in rows]
    model.objects.bulk_create(made, ignore_conflicts=True)


def _raise(apps, register):
    version = apps.get_model("kernel", "RegisterVersion")
    row, _ = version.objects.get_or_create(register=register)
    version.objects.filter(pk=row.pk).update(version=row.version + 1)


def take_back(apps, schema_editor):
    grant = apps.get_model("organisation", "Grant")
    for name, codes in GRANTS.items():
        grant.objects.filter(capability=name, role_id__in=codes).delete()


class Migration(migrations.Migration):
    dependencies = [("incidents", "0008_report_of_work_and_person_index"), ("organisation", "0001_initial"), ("kernel", "0001_initial")]
    operations = [migrations.RunPython(give, take_back)]

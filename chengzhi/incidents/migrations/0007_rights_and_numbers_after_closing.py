"""Gives cities that were founded before what a new one loads: rights after closing, numbers and class lists of the loop."""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations

DATA = Path(__file__).resolve().parents[1] / "data"
GRANTS = {
    "incidents.incident.reclass": ("acceptor", "chief"),
    "incidents.incident.audit_self_handled": ("acceptor", "chief"),
    "incidents.incident.reopen": ("chief",),
    "incidents.return_visit.record": ("callback", "acceptor"),
    "incidents.appeal.make": ("dept_lead",),
    "incidents.appeal.decide": ("supervisor_lead",),
    "incidents.oddity.read": ("supervisor_lead", "leader", "auditor"),
}


def give(apps, schema_editor):
    grant, role = apps.get_model("organisation", "Grant"), apps.get_model("organisation", "Role")
    known = set(role.objects.values_list("code", flat=True))
    rows = [grant(role_id=code, capability=name) for name, codes in GRANTS.items() for code in codes if code in known]
    if rows:
        grant.objects.bulk_create(rows, ignore_conflicts=True)
        _raise(apps, "organisation")
    if apps.get_model("incidents", "CaseClass").objects.exists():
        _load(apps.get_model("incidents", "LoopNumber"), "loop_numbers.csv")
        _load(apps.get_model("incidents", "ClassListing"), "class_lists.csv")
        _raise(apps, "loop_numbers")


def _load(model, name):
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    made = [
        model(**{**row, "valid_from": date.fromisoformat(row["valid_from"]), "valid_to": date.fromisoformat(row["valid_to"]) if row["valid_to"] else None})
        for row in rows
    ]
    model.objects.bulk_create(made, ignore_conflicts=True)


def _raise(apps, register):
    version = apps.get_model("kernel", "RegisterVersion")
    row, _ = version.objects.get_or_create(register=register)
    version.objects.filter(pk=row.pk).update(version=row.version + 1)


def take_back(apps, schema_editor):
    apps.get_model("organisation", "Grant").objects.filter(capability__in=list(GRANTS)).delete()


class Migration(migrations.Migration):
    dependencies = [("incidents", "0006_after_closing"), ("organisation", "0001_initial"), ("kernel", "0001_initial")]
    operations = [migrations.RunPython(give, take_back)]

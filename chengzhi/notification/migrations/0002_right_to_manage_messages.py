"""Gives administrators of cities that were founded before it the right to manage messages; a new city loads it with its roles."""

from django.db import migrations

GRANTS = {"notification.notice.manage": ("sys_admin",)}


def give(apps, schema_editor):
    grant, role = apps.get_model("organisation", "Grant"), apps.get_model("organisation", "Role")
    version = apps.get_model("kernel", "RegisterVersion")
    known = set(role.objects.values_list("code", flat=True))
    if not known:
        return
    rows = [grant(role_id=code, capability=name) for name, codes in GRANTS.items() for code in codes if code in known]
    grant.objects.bulk_create(rows, ignore_conflicts=True)
    row, _ = version.objects.get_or_create(register="organisation")
    version.objects.filter(pk=row.pk).update(version=row.version + 1)


def take_back(apps, schema_editor):
    apps.get_model("organisation", "Grant").objects.filter(capability__in=list(GRANTS)).delete()


class Migration(migrations.Migration):
    dependencies = [("notification", "0001_initial"), ("organisation", "0001_initial"), ("kernel", "0002_numbers_and_horizon")]
    operations = [migrations.RunPython(give, take_back)]

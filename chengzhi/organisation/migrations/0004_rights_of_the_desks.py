"""Gives the posts of cities that were founded before the rights of handing over, calling, the calendar and the audit of looks."""

from django.db import migrations

GRANTS = {
    "organisation.handover.write": ("acceptor", "chief", "dispatcher", "callback"),
    "organisation.staff.call": ("acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader"),
    "organisation.calendar.manage": ("sys_admin",),
    "parties.reveal.audit": ("auditor", "security_admin"),
}


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
    dependencies = [("organisation", "0003_substitutes_and_handover"), ("kernel", "0002_numbers_and_horizon")]
    operations = [migrations.RunPython(give, take_back)]

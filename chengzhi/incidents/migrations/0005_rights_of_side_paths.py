"""Gives the posts of cities that were founded before the rights of the side paths of disposal; a new city loads them with its roles."""

from django.db import migrations

CENTRE = ("acceptor", "chief", "dispatcher", "callback", "supervisor_lead", "leader")
DEPARTMENT = ("dept_operator", "dept_lead")
GRANTS = {
    "incidents.task.answer": ("dispatcher", "chief", "leader"),
    "incidents.task.confirm_return": ("chief",),
    "incidents.task.decide": ("leader",),
    "incidents.incident.urge": CENTRE,
    "incidents.incident.supervise": ("supervisor_lead", "leader"),
    "incidents.supervision.reply": (*DEPARTMENT, "acceptor", "chief", "dispatcher"),
    "incidents.incident.confer": ("leader",),
    "incidents.crew_job.do": DEPARTMENT,
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
    dependencies = [("incidents", "0004_side_paths_of_disposal"), ("organisation", "0001_initial")]
    operations = [migrations.RunPython(give, take_back)]

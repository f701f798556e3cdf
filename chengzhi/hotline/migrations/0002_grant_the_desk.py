"""Gives the desk to the roles that take calls, in cities that have these roles already."""

from django.db import migrations

from chengzhi.kernel import registers

GRANTS = (("acceptor", "hotline.call.take"), ("acceptor", "hotline.knowledge.edit"), ("chief", "hotline.knowledge.edit"))


def grant(apps, schema_editor):
    """Grant each right to its role where the role exists; again is harmless."""
    roles = set(apps.get_model("organisation", "Role").objects.values_list("code", flat=True))
    grants = apps.get_model("organisation", "Grant")
    for role, capability in GRANTS:
        if role in roles:
            grants.objects.get_or_create(role_id=role, capability=capability)
    if roles:
        registers.raise_version("organisation")


class Migration(migrations.Migration):
    dependencies = [("hotline", "0001_initial"), ("organisation", "0001_initial")]

    operations = [migrations.RunPython(grant, migrations.RunPython.noop)]

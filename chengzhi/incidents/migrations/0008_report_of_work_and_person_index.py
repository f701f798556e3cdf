"""What a department reports beside its words (quantity, material, what is left), phrases by class, and the index of a person's cases."""

import csv
from datetime import date
from pathlib import Path

from django.db import migrations, models

import chengzhi.kernel.ids

DATA = Path(__file__).resolve().parents[1] / "data"


def load(apps, schema_editor):
    """Give the phrases to cities that were founded before; a new one loads them with its other registers."""
    if not apps.get_model("incidents", "CaseClass").objects.exists():
        return
    phrase = apps.get_model("incidents", "ResultPhrase")
    with (DATA / "result_phrases.csv").open(encoding="utf-8", newline="") as file:
        made = [phrase(**{**row, "valid_from": date.fromisoformat(row["valid_from"]), "valid_to": None}) for row in csv.DictReader(file)]
    phrase.objects.bulk_create(made, ignore_conflicts=True)
    version = apps.get_model("kernel", "RegisterVersion")
    row, _ = version.objects.get_or_create(register="loop_numbers")
    version.objects.filter(pk=row.pk).update(version=row.version + 1)


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0007_rights_and_numbers_after_closing'),
        ('kernel', '0005_closed_place'),
    ]

    operations = [
        migrations.CreateModel(
            name='ResultPhrase',
            fields=[
                ('id', models.BigIntegerField(default=chengzhi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('node_code', models.CharField(blank=True, default='', max_length=6)),
                ('valid_from', models.DateField()),
                ('valid_to', models.DateField(null=True)),
                ('source', models.CharField(max_length=200)),
                ('mark', models.CharField(max_length=4)),
                ('covers', models.CharField(max_length=8)),
                ('text_zh', models.CharField(max_length=100)),
                ('text_en', models.CharField(blank=True, default='', max_length=160)),
            ],
        ),
        migrations.AddField(
            model_name='task',
            name='leftover',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='task',
            name='material',
            field=models.CharField(blank=True, db_default='', default='', max_length=100),
        ),
        migrations.AddField(
            model_name='task',
            name='quantity',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AddIndex(
            model_name='incident',
            index=models.Index(condition=models.Q(('reporter_person__isnull', False)), fields=['reporter_person', '-matter'], name='incident_of_person'),
        ),
        migrations.AddConstraint(
            model_name='resultphrase',
            constraint=models.UniqueConstraint(fields=('node_code', 'covers', 'text_zh', 'valid_from'), name='result_phrase_once_per_day'),
        ),
        migrations.AddConstraint(
            model_name='resultphrase',
            constraint=models.CheckConstraint(condition=models.Q(('text_zh', ''), _negated=True), name='result_phrase_says_something'),
        ),
        migrations.AddConstraint(
            model_name='resultphrase',
            constraint=models.CheckConstraint(condition=models.Q(('valid_to__isnull', True), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='result_phrase_ends_after_it_begins'),
        ),
        migrations.RunPython(load, migrations.RunPython.noop),
    ]

"""Side paths of disposal: mandatory and fallback tasks, requests of units, supervisions, work given to crews."""

import chengzhi.kernel.ids
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("incidents", "0003_templates_and_closing"),
        ("kernel", "0003_reports_of_account"),
    ]

    operations = [
        migrations.CreateModel(
            name='CrewJob',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='as_%(class)s', serialize=False, to='kernel.matter')),
                ('instructions', models.CharField(blank=True, default='', max_length=500)),
                ('until', models.DateTimeField()),
                ('link_until', models.DateTimeField()),
                ('given_by', models.BigIntegerField()),
                ('result', models.CharField(blank=True, default='', max_length=1000)),
                ('pictures', models.IntegerField(default=0)),
                ('done_at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Supervision',
            fields=[
                ('matter', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='as_%(class)s', serialize=False, to='kernel.matter')),
                ('opinion', models.CharField(max_length=500)),
                ('reply_by', models.DateTimeField()),
                ('asked_by', models.BigIntegerField()),
                ('reply', models.CharField(blank=True, default='', max_length=1000)),
                ('replied_by', models.BigIntegerField(null=True)),
                ('replied_at', models.DateTimeField(null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='TaskRequest',
            fields=[
                ('id', models.BigIntegerField(default=chengzhi.kernel.ids.new_id, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=12)),
                ('reason', models.CharField(blank=True, default='', max_length=16)),
                ('words', models.CharField(blank=True, default='', max_length=500)),
                ('asked_by', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('until', models.DateTimeField(null=True)),
                ('minutes', models.IntegerField(default=0)),
                ('engineering', models.BooleanField(default=False)),
                ('resume_on', models.DateField(null=True)),
                ('plan', models.CharField(blank=True, default='', max_length=500)),
                ('endorsed_by', models.BigIntegerField(null=True)),
                ('answer', models.CharField(blank=True, default='', max_length=8)),
                ('opinion', models.CharField(blank=True, default='', max_length=500)),
                ('answered_by', models.BigIntegerField(null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('resumed_at', models.DateTimeField(null=True)),
                ('counts', models.CharField(blank=True, default='', max_length=16)),
            ],
        ),
        migrations.AddField(
            model_name='incident',
            name='urged',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='fallback',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='task',
            name='mandatory',
            field=models.BooleanField(db_default=True, default=True),
        ),
        migrations.AddField(
            model_name='task',
            name='urged',
            field=models.IntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='task',
            name='urged_by_time',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='crewjob',
            name='crew',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.holder'),
        ),
        migrations.AddField(
            model_name='taskrequest',
            name='task',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='requests', to='incidents.task'),
        ),
        migrations.AddField(
            model_name='taskrequest',
            name='unit',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='kernel.holder'),
        ),
        migrations.AddConstraint(
            model_name='crewjob',
            constraint=models.CheckConstraint(condition=models.Q(('link_until__gte', models.F('until'))), name='crew_job_link_outlives_its_limit'),
        ),
        migrations.AddIndex(
            model_name='taskrequest',
            index=models.Index(fields=['task', 'id'], name='task_request_of_task'),
        ),
        migrations.AddIndex(
            model_name='taskrequest',
            index=models.Index(fields=['unit', 'kind', 'id'], name='task_request_of_unit'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['return', 'extension', 'suspension'])), name='task_request_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.CheckConstraint(condition=models.Q(('answer__in', ['', 'granted', 'denied'])), name='task_request_answer_known'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.CheckConstraint(condition=models.Q(('counts__in', ['', 'wrong_dispatch', 'shirking'])), name='task_request_counts_known'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'suspension'), _negated=True), models.Q(('resume_on__isnull', False), models.Q(('plan', ''), _negated=True)), _connector='OR'), name='task_request_suspension_has_plan'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'extension'), _negated=True), ('until__isnull', False), _connector='OR'), name='task_request_extension_has_deadline'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answer', ''), ('answered_at__isnull', True)), models.Q(('answered_at__isnull', False), models.Q(('answer', ''), _negated=True)), _connector='OR'), name='task_request_answered_at_a_moment'),
        ),
        migrations.AddConstraint(
            model_name='taskrequest',
            constraint=models.UniqueConstraint(condition=models.Q(('answer', '')), fields=('task',), name='task_request_one_waits'),
        ),
    ]

"""Linked cases are those that came back or were found by lot: one that is taken up again stays itself, and no link of it was ever written."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0009_rights_of_answers_and_numbers_of_merging'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='caselink',
            name='case_link_kind_known',
        ),
        migrations.AddConstraint(
            model_name='caselink',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['recurred', 'sampled'])), name='case_link_kind_known'),
        ),
    ]

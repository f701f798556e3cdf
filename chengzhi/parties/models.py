"""People and organisations we deal with. Names and phone numbers are stored encrypted, and masked beside it for the screen."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from chengzhi.kernel.ids import new_id

models.CharField.register_lookup(Length)


class Person(models.Model):
    """A person who reports, complains or is dealt with (当事人): one row per phone number, or per report without one."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    name_cipher = models.TextField(blank=True, default="")
    phone_cipher = models.TextField(blank=True, default="")
    phone_index = models.CharField(max_length=64, unique=True, null=True)
    name_masked = models.CharField(max_length=8, blank=True, default="")
    phone_masked = models.CharField(max_length=20, blank=True, default="")
    source = models.CharField(max_length=24)
    keep_until = models.DateField(null=True)
    erased_at = models.DateTimeField(null=True)
    erased_why = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        verbose_name_plural = "persons"
        constraints = [
            models.CheckConstraint(
                condition=Q(erased_at__isnull=True)
                | Q(name_cipher="", phone_cipher="", phone_index__isnull=True, name_masked="", phone_masked=""),
                name="person_erased_keeps_nothing",
            ),
            models.CheckConstraint(condition=Q(erased_at__isnull=True) | ~Q(erased_why=""), name="person_erased_with_reason"),
        ]
        indexes = [
            models.Index(fields=["keep_until"], name="person_to_erase", condition=Q(erased_at__isnull=True, keep_until__isnull=False))
        ]

    def __str__(self) -> str:
        return self.name_masked or str(self.pk)


class Organisation(models.Model):
    """A company, shop or body outside the administration (单位), known by its unified social credit code where it has one."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    credit_code = models.CharField(max_length=18, unique=True, null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(credit_code__isnull=True) | Q(credit_code__length=18), name="organisation_credit_code_length"
            ),
        ]
        indexes = [models.Index(fields=["name"], name="party_organisation_name")]

    def __str__(self) -> str:
        return self.name


class Reveal(models.Model):
    """One look at the clear name and phone number of a person (查看明文): who, for which purpose, in which shift."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    account = models.BigIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="reveals")
    purpose = models.CharField(max_length=200)
    shift_date = models.DateField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(purpose=""), name="reveal_has_purpose")]
        indexes = [models.Index(fields=["account", "person", "shift_date"], name="reveal_of_shift")]

    def __str__(self) -> str:
        return f"{self.account} → {self.person_id}"

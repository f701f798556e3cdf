"""People, the posts they have in which period, and how they or a system sign in."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q

from chengzhi.kernel.ids import new_id
from chengzhi.organisation.models.bodies import Post, in_order


class Staff(models.Model):
    """A person who works here, or the interface of another system, which has posts like a person."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=40)
    phone = models.CharField(max_length=20, blank=True, default="")
    hired_on = models.DateField()
    left_on = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "staff"
        constraints = [models.CheckConstraint(condition=in_order("hired_on", "left_on"), name="staff_period_in_order")]

    def __str__(self) -> str:
        return self.name


class Assignment(models.Model):
    """A person in a post, from the first to the last day inclusive; `substitute_for` names whom he stands in for."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="assignments")
    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="assignments")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    substitute_for = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="+", null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=in_order(), name="assignment_period_in_order"),
            models.CheckConstraint(
                condition=Q(substitute_for__isnull=True) | ~Q(substitute_for=F("staff")),
                name="assignment_nobody_substitutes_himself",
            ),
            models.UniqueConstraint(fields=["staff", "post", "valid_from"], name="assignment_once"),
        ]

    def __str__(self) -> str:
        return f"{self.staff_id} in {self.post_id}"

    staff_id: int
    post_id: int
    substitute_for_id: int | None


class AccountManager(BaseUserManager["Account"]):
    """Finds accounts by their user name for sign-in; accounts are opened by `services.open_account` only."""


class Account(AbstractBaseUser):
    """A sign-in (账号) of a person or a calling system. Its rights are those of its person's posts; it has none of its own."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=40, unique=True)
    staff = models.OneToOneField(Staff, on_delete=models.PROTECT, related_name="account", null=True)
    is_active = models.BooleanField(default=True)
    is_system = models.BooleanField(default=False)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[AccountManager] = AccountManager()

    def __str__(self) -> str:
        return self.username

    staff_id: int | None


class ApiToken(models.Model):
    """A token (令牌) by which a system calls as an account. Only its hash is kept; `capabilities` narrows the account."""

    id = models.BigIntegerField(primary_key=True, default=new_id, editable=False)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="tokens")
    name = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64, unique=True)
    capabilities = models.JSONField(default=list)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    last_used_on = models.DateField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="token_name_once_per_account")]

    def __str__(self) -> str:
        return self.name

    account_id: int

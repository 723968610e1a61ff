"""Users and staff. A member of staff need not have a sign-in; a user who signs in is a member of staff."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models, transaction
from django.utils import dateformat
from guardian.mixins import GuardianUserMixin

from records import acting, times
from records.history import History
from records.models import Tracked, TrackedQuerySet


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a sign-in. Inside an action only, like every write."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        from records import acting

        with acting.acting_as(User.system(), "user.created_by_command"):
            return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(GuardianUserMixin, AbstractBaseUser, PermissionsMixin):
    """A sign-in: an e-mail address and what proves it. Rights come from memberships only."""

    SYSTEM_EMAIL = "system@safe-to-practise.invalid"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField("may open the Django admin", default=False)
    is_system = models.BooleanField("the product itself, acting by its clock", default=False)
    joined_at = models.DateTimeField(auto_now_add=True)
    help_given = models.TextField(
        "why a manager ended their sign-ins, or took off their second step", blank=True, default=""
    )

    objects: ClassVar[UserManager] = UserManager()
    history = History(excluded_fields=["password", "last_login"])

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    @property
    def has_left(self) -> bool:
        """Whether their last day at work lies behind us: nothing is theirs any more, signed in or not."""
        staff: Staff | None = getattr(self, "staff", None)
        return staff is not None and staff.has_left

    def get_full_name(self) -> str:
        return self.name

    #: What a person changes by their own act, outside an action: by signing in, and by setting a password.
    OWN_ACTS: ClassVar[frozenset[str]] = frozenset({"password", "last_login"})

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save with a history row. Signing in and changing one's own password are the user's own acts.

        Raises WroteOutsideAction for anything else outside an action, with nothing saved.
        """
        if acting.is_acting():
            super().save(*args, **kwargs)
            return
        with transaction.atomic(), acting.acting_as(self, "user.own_account"):
            fields = set(kwargs.get("update_fields") or ()) or self._changed_by_their_own_act()
            if not fields <= self.OWN_ACTS:
                raise acting.WroteOutsideAction(
                    f"{', '.join(sorted(fields - self.OWN_ACTS))} is changed by actions only."
                )
            # simple-history looks whether the attribute is there, not what it says.
            if fields == {"last_login"}:
                self.skip_history_when_saving = True
            try:
                super().save(using=kwargs.get("using"), update_fields=sorted(fields))
            finally:
                self.__dict__.pop("skip_history_when_saving", None)

    def _changed_by_their_own_act(self) -> set[str]:
        """OWN_ACTS, where nothing else differs from what is kept; else what does. allauth sets a password and saves
        the whole row: only these columns are then written, so that nothing that changed meanwhile is put back."""
        deferred = self.get_deferred_fields()
        here = {f.attname for f in self._meta.concrete_fields} - deferred - self.OWN_ACTS
        kept = User.objects.filter(pk=self.pk).select_for_update().values(*here).first()
        if kept is None:
            return here
        changed = {name for name in here if getattr(self, name) != kept[name]}
        return changed or set(self.OWN_ACTS - deferred)

    @classmethod
    def system(cls) -> User:
        """The named user by whom scheduled work acts; it cannot sign in."""
        return cls.objects.get(email=cls.SYSTEM_EMAIL)


class StaffQuerySet(TrackedQuerySet):
    def present(self) -> models.QuerySet[Staff]:
        """Those who work here today, in England: whoever has given notice does until their last day is over."""
        found: models.QuerySet[Staff] = self.filter(models.Q(left_on=None) | models.Q(left_on__gte=times.today()))
        return found

    def present_first(self) -> models.QuerySet[Staff]:
        """Whoever works here by name, then whoever gave notice, then those who left, the last to go first."""
        found: models.QuerySet[Staff] = self.order_by(models.F("left_on").desc(nulls_first=True), "name")
        return found

    def visible_to(self, user: User) -> models.QuerySet[Staff]:
        """Staff of the services this user may see, and the user's own record."""
        from accounts import access

        scope = access.of(user)
        return self.filter(models.Q(services__in=scope.services()) | models.Q(user=user)).distinct()


class Staff(Tracked):
    """A person who works for a provider: employed, agency or volunteer; with or without a sign-in."""

    class Contract(models.TextChoices):
        EMPLOYED = "employed", "Employed"
        AGENCY = "agency", "Agency"
        BANK = "bank", "Bank"
        VOLUNTEER = "volunteer", "Volunteer"

    LONGEST_CODE: ClassVar[int] = 30

    provider = models.ForeignKey("accounts.Provider", on_delete=models.PROTECT, related_name="staff")
    services: models.ManyToManyField[Any, Any] = models.ManyToManyField(
        "accounts.Service", through="accounts.Posting", related_name="staff"
    )
    user = models.OneToOneField(User, null=True, blank=True, on_delete=models.PROTECT, related_name="staff")
    name = models.CharField(max_length=200)
    job_title = models.CharField(max_length=100)
    role_code = models.CharField(
        "how a shared pack names this person", max_length=LONGEST_CODE, help_text="For example: Care worker 3"
    )
    contract = models.CharField(max_length=20, choices=Contract.choices, default=Contract.EMPLOYED)
    agency = models.CharField("agency or home employer", max_length=200, blank=True)
    started_on = models.DateField()
    left_on = models.DateField(null=True, blank=True)
    supervisor = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="supervises")
    assessor_trained_on = models.DateField(null=True, blank=True)

    objects: ClassVar[Any] = models.Manager.from_queryset(StaffQuerySet)()

    class Meta:
        ordering: ClassVar[list[str]] = ["name"]
        verbose_name = "member of staff"
        verbose_name_plural = "staff"
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["provider", "role_code"], name="staff_role_code_unique"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def has_left(self) -> bool:
        """Whether their last day lies before today, in England."""
        return self.left_on is not None and self.left_on < times.today()

    @property
    def name_and_leaving(self) -> str:
        """The name as a list of choices says it: "Dionne Asante (left 3 May 2026)" once they have left."""
        if self.left_on is None or not self.has_left:
            return self.name
        return f"{self.name} (left {dateformat.format(self.left_on, 'j F Y')})"


class Posting(Tracked):
    """Which service a member of staff works in (an explicit link, so that its history has a who)."""

    staff = models.ForeignKey(Staff, on_delete=models.PROTECT, related_name="postings")
    service = models.ForeignKey("accounts.Service", on_delete=models.PROTECT, related_name="postings")

    class Meta:
        constraints: ClassVar[list[Any]] = [models.UniqueConstraint(fields=["staff", "service"], name="posting_once")]

    def __str__(self) -> str:
        return f"{self.staff} at {self.service}"

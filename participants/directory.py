"""Roles given and ended, people invited in: each with its journal entry and its letters."""

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from office import journal, mail
from office.models import Letter
from participants import signin
from participants.models import Person, Region, Role


def hold(region_id: uuid.UUID) -> None:
    """Two who end each other's role or take each other out of use, or send the same letters, at
    once: one of them waits here."""
    Region.objects.select_for_update(no_key=True).get(pk=region_id)


@transaction.atomic
def give_role(role: Role, *, by: Person) -> Role:
    """Save a new role that its form has checked.

    Raises ValidationError when the person already has it in a part of that time.
    """
    hold(role.region_id)
    same = Role.objects.filter(
        person=role.person, kind=role.kind, municipality=role.municipality
    ).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=role.starts_on))
    if role.ends_on:
        same = same.filter(starts_on__lte=role.ends_on)
    if same.exists():
        raise ValidationError(
            _("%(name)s already has this role in this time.") % {"name": role.person.name}
        )
    role.save()
    journal.record(by=by, did="role.given", on=role, **_facts(role))
    return role


@transaction.atomic
def end_role(role: Role, *, ends_on: date, by: Person) -> None:
    """Let the role end with the day `ends_on`.

    Raises ValidationError when the day is before the first one, and for the last administrator.
    """
    hold(role.region_id)
    role = Role.objects.select_related("person").get(pk=role.pk)  # as it was before the form
    _refuse_last_administrator(role)
    role.ends_on = ends_on
    role.full_clean()
    role.save(update_fields=["ends_on"])
    journal.record(by=by, did="role.ended", on=role, **_facts(role))


@transaction.atomic
def take_back_role(role: Role, *, by: Person) -> None:
    """Undo a role given by mistake, from its first day on.

    Raises ValidationError when that day is past, and for the last administrator.
    """
    hold(role.region_id)
    if role.starts_on < timezone.localdate():
        raise ValidationError(_("The role has begun. End it with a date."))
    _refuse_last_administrator(role)
    journal.record(by=by, did="role.taken_back", on=role, **_facts(role))
    role.delete()


def is_last_administrator(person: Person) -> bool:
    """Whether the organisation would have no administrator who can log in without `person`."""
    able = lasting_administrators(person.region_id)
    return person.is_admin and not able.exclude(person=person).exists()


def lasting_administrators(region_id: uuid.UUID) -> QuerySet[Role]:
    """Administrators' roles that have begun, have no last day, and whose holder can log in."""
    return Role.objects.filter(
        region_id=region_id,
        kind=Role.Kind.ADMIN,
        starts_on__lte=timezone.localdate(),
        ends_on__isnull=True,
        person__is_active=True,
        person__invited_at__isnull=False,
    ).exclude(person__email="")


@transaction.atomic
def invite(people: QuerySet[Person], *, by: Person, batch: uuid.UUID) -> int:
    """Send each of `people` a welcome with a link of her own; returns how many letters there are.

    `batch` names this sending: the same one twice sends nothing the second time. Who is not in use
    or has no address is left out.
    """
    hold(by.region_id)
    occasion = f"welcome-{batch}"
    told = Letter.objects.filter(occasion=occasion).values("to")
    waiting = people.filter(is_active=True).exclude(email="").exclude(pk__in=told)
    written = 0
    for person in waiting:
        link = signin.make_link(person, life=signin.INVITATION_LIFE)
        mail.post(
            person,
            occasion=occasion,
            template="welcome",
            facts=welcome_facts(by, link),
            sender_name=by.name,
            reply_to=by.email,
            secret=True,
        )
        person.invited_at = timezone.now()
        person.save(update_fields=["invited_at"])
        journal.record(by=by, did="person.invited", on=person)
        written += 1
    return written


def welcome_facts(by: Person, link: str) -> dict[str, object]:
    """What the welcome letter is made of, for the letter and for its preview."""
    return {
        "inviter": by.name,
        "organisation": by.region,
        "link": link,
        "days": signin.INVITATION_LIFE.days,
    }


def _refuse_last_administrator(role: Role) -> None:
    if role.kind != Role.Kind.ADMIN or (role.ends_on and role.ends_on < timezone.localdate()):
        return
    if lasting_administrators(role.region_id).exclude(pk=role.pk).exists():
        return
    sentence = _(
        "%(name)s is the last administrator who can log in. Give somebody else the role first."
    )
    raise ValidationError(sentence % {"name": role.person.name})


def _facts(role: Role) -> dict[str, object]:
    return {
        "person": str(role.person_id),
        "kind": role.kind,
        "municipality": str(role.municipality_id or ""),
        "from": str(role.starts_on),
        "to": str(role.ends_on or ""),
    }

"""`manage.py first_admin kari@example.no`: the first person of an installation gets in."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from office import journal
from participants import signin
from participants.models import Person, Region, Role


class Command(BaseCommand):
    """Make somebody administrator and print a link that logs her in once."""

    help = "Makes somebody administrator and prints a link that logs her in once, within 24 hours."

    def add_arguments(self, parser: CommandParser) -> None:
        """EMAIL, --region and --name."""
        parser.add_argument("email")
        parser.add_argument("--region", default="", help="the organisation; made if it is new")
        parser.add_argument("--name", default="", help="first and last name of somebody new")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        """Exit 2 with a sentence when something is wrong with what was typed."""
        email = options["email"].strip().lower()
        try:
            validate_email(email)
        except ValidationError as problem:
            raise wrong(
                _("«%(email)s» is not an e-mail address. Write it like this: name@example.no")
                % {"email": email}
            ) from problem
        region = the_region(options["region"].strip())
        person = the_person(region, email, options["name"].strip())
        appoint(person)
        link = signin.make_link(person, life=signin.FIRST_ADMIN_LIFE)
        self.stdout.write(
            _("%(name)s is administrator of %(region)s. The link works once, within 24 hours:")
            % {"name": person.name, "region": region.name}
        )
        self.stdout.write(link)


def wrong(sentence: str) -> CommandError:
    """What ends the command with exit status 2."""
    return CommandError(sentence, returncode=2)


def the_region(name: str) -> Region:
    """The one that is named, or the only one, or a new one."""
    regions = list(Region.objects.all()[:2])
    if not name and len(regions) > 1:
        raise wrong(_("There are several organisations. Say which one with --region."))
    if not name and regions:
        return regions[0]
    if len(name) > 120 or not name.isprintable():
        raise wrong(_("The name of the organisation can have 120 characters."))
    return Region.objects.get_or_create(name=name or "Takt")[0]


def the_person(region: Region, email: str, name: str) -> Person:
    """The one at the address (with that name, if given), or somebody new; in use and invited."""
    first, last = split_name(name or name_in(email))
    known = Person.objects.filter(region=region, email__iexact=email)
    if name:
        known = known.filter(first_name__iexact=first, last_name__iexact=last)
    if len(known) > 1:
        raise wrong(_("Several people have this address. Say who with --name."))
    person = known.first() or Person.objects.create_user(
        email, region=region, first_name=first, last_name=last, language=region.language
    )
    person.is_active = True
    person.invited_at = person.invited_at or timezone.now()
    person.save()
    return person


def appoint(person: Person) -> None:
    """Administrator from today, unless she is already."""
    if not person.is_admin:
        role = Role.objects.create(
            person=person,
            region=person.region,
            kind=Role.Kind.ADMIN,
            starts_on=timezone.localdate(),
        )
        journal.record(by=None, did="role.given", on=role, person=str(person.pk), kind=role.kind)


def split_name(name: str) -> tuple[str, str]:
    """First and last name of «Kari Anne Nilsen»."""
    words = name.split()
    if len(words) < 2 or not name.isprintable() or max(map(len, words)) > 40 or len(name) > 80:
        raise wrong(_('Write first name and last name, like this: --name "Kari Nilsen"'))
    return " ".join(words[:-1]), words[-1]


def name_in(email: str) -> str:
    """A name to begin with: kari.nilsen@… is Kari Nilsen, post@… is Post Administrator."""
    words = re.findall(r"[^\W\d_]+", email.partition("@")[0])[:3]
    words += ["Takt", "Administrator"][len(words) :]
    return " ".join(word.capitalize()[:25] for word in words)

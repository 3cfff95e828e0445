"""What the engine found, in words of the catalog. The engine itself builds no sentence."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from networks.composition.cases import CaseError

FAULTS = {
    "no_file": gettext_lazy("The file cannot be read: %(found)s"),
    "not_json": gettext_lazy("The case is not JSON: %(found)s"),
    "not_a_number": gettext_lazy("The case holds %(found)s, which is no number."),
    "format": gettext_lazy("The case has format %(found)s; only format 1 can be read."),
    "empty": gettext_lazy("The case has nothing under “%(place)s”."),
    "twice": gettext_lazy("“%(found)s” stands twice under “%(place)s”."),
    "missing": gettext_lazy("%(place)s is missing."),
    "too_long": gettext_lazy("%(place)s is longer than 200 characters."),
    "not_dict": gettext_lazy("%(place)s must be an object, not “%(found)s”."),
    "not_list": gettext_lazy("%(place)s must be a list, not “%(found)s”."),
    "not_str": gettext_lazy("%(place)s must be text, not “%(found)s”."),
    "not_bool": gettext_lazy("%(place)s must be true or false, not “%(found)s”."),
    "not_int": gettext_lazy("%(place)s must be a whole number, not “%(found)s”."),
    "out_of_range": gettext_lazy("%(place)s must be from 0 to 1,000,000, not %(found)s."),
    "min_over_max": gettext_lazy("%(place)s has a smallest size above its largest: %(found)s."),
    "unknown_leader": gettext_lazy("%(place)s names “%(found)s”, who is not among the leaders."),
    "unknown_person": gettext_lazy("%(place)s names “%(found)s”, who is not among the people."),
    "unknown_word": gettext_lazy("%(place)s cannot be “%(found)s”."),
    "not_a_pair": gettext_lazy("%(place)s must be a pair of people, not “%(found)s”."),
    "pair_of_one": gettext_lazy("%(place)s pairs “%(found)s” with the same person."),
    "tag_as_attribute": gettext_lazy("%(place)s holds a tag; tags stand under “tags”."),
    "no_minutes": gettext_lazy("%(place)s has no minutes to “%(found)s”."),
}


def fault(error: CaseError) -> str:
    """One sentence that says what is wrong with a case, and where."""
    place = error.place or _("The case")
    return str(FAULTS[error.kind]) % {"place": place, "found": error.found}

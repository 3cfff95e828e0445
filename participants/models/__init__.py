"""People and places."""

from participants.models.imports import ImportFile, ImportRun
from participants.models.people import Person, Position, Role, SignInCode, SignInLink, SignInTry
from participants.models.places import Country, Institution, Municipality, Owner, Region

__all__ = [
    "Country",
    "ImportFile",
    "ImportRun",
    "Institution",
    "Municipality",
    "Owner",
    "Person",
    "Position",
    "Region",
    "Role",
    "SignInCode",
    "SignInLink",
    "SignInTry",
]

"""People and places."""

from participants.models.imports import ImportRun
from participants.models.people import Person, Position, Role, SignInCode, SignInLink
from participants.models.places import Institution, Municipality, Owner, Region

__all__ = [
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
]

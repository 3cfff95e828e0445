"""Networks, seasons with their rules, groups and memberships."""

from networks.models.groups import Membership, NetworkGroup, RuleException
from networks.models.networks import Network, Rules, Season, Theme

__all__ = [
    "Membership",
    "Network",
    "NetworkGroup",
    "RuleException",
    "Rules",
    "Season",
    "Theme",
]

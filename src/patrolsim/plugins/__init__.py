"""Finds plugins and looks up by name what they offer. Nothing here runs at import."""

from patrolsim.plugins.host import ENTRY_POINT_GROUP, PluginHost
from patrolsim.plugins.loading import HOOK, MODEL_HOOK, MOST_BYTES
from patrolsim.plugins.offers import ModelOffer, Offer, Origin

__all__ = [
    "ENTRY_POINT_GROUP",
    "HOOK",
    "MODEL_HOOK",
    "MOST_BYTES",
    "ModelOffer",
    "Offer",
    "Origin",
    "PluginHost",
]

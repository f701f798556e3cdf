"""What the verbs of the citizens' pages share: the act of somebody who is not signed in."""

from django.conf import settings

from chengzhi.kernel.access import SYSTEM_ID, Act, Actor, act_now
from chengzhi.organisation import queries as organisation

DOOR = "public"


def citizens_act() -> Act:
    """Return an act of this moment of a citizen: the platform takes it for him, at the city's node when no place says more."""
    node = organisation.node_by_code(settings.CITY).id
    return act_now(Actor(id=SYSTEM_ID, name="市民", node=node), door=DOOR)

"""What all lives of a day of the demo city share."""

import random
from dataclasses import dataclass, field
from datetime import datetime

from chengzhi.kernel.access import Act, Actor
from chengzhi.site.acting import Cast, InHand
from chengzhi.site.demo.camera import Camera

DOOR = "page"


@dataclass
class Stage:
    """Who acts, the cameras, the moment it ends, incidents under way and numbers of scripts by incident."""

    cast: Cast
    camera: Camera
    rng: random.Random
    now: datetime
    recorded_at: datetime
    under_way: dict[int, InHand] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)
    steps: int = 0

    def act(self, actor: Actor, at: datetime) -> Act:
        """Return an act at a business time."""
        return Act(actor=actor, at=at, door=DOOR, recorded_at=self.recorded_at)

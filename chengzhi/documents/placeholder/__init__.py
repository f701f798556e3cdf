"""Generated street pictures for the demo city and for replays, where no real ones exist; each says so in its corner."""

from chengzhi.documents.placeholder.objects import SCENES
from chengzhi.documents.placeholder.street import DEMO, REPLAY, STAGES, street_picture

__all__ = ["DEMO", "REPLAY", "SCENES", "STAGES", "street_picture"]

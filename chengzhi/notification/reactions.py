"""When a step is taken below, whoever must know is told."""

from django.utils import timezone

from chengzhi.kernel import feed
from chengzhi.notification import services
from chengzhi.notification.messages import BY_STEP


@feed.on(feed.Moved, only=lambda moved: (moved.kind, moved.step) in BY_STEP)
def tell_of_step(moved: feed.Moved) -> None:
    """Tell of a step that stands in the table of messages."""
    services.tell_of_step(moved, event_id=feed.delivering(), now=timezone.now())

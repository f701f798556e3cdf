"""The log sink: where nothing is configured, every message is written to the log instead of being sent."""

import logging

from chengzhi.notification.integrations.base import SENT, Integration, Letter, Outcome
from chengzhi.notification.integrations.log import template

logger = logging.getLogger("chengzhi.notification")


class LogSink(Integration):
    """Write messages to the log; they stand in the list of the administrators too."""

    code, zh, en = "log", "日志（未接通渠道）", "Log (no channel open)"

    def send(self, letter: Letter) -> Outcome:
        """Write one line."""
        logger.info("%s", template.line(letter))
        return Outcome(SENT, "log")

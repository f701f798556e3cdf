"""The administration page of messages: what was sent, by which channel."""

from chengzhi.kernel.administration import Sheet, sheet
from chengzhi.notification.queries.lists import MANAGE

SENT = sheet(
    Sheet(
        "sent",
        "发送记录",
        "Sending records",
        ("消息", "Messages"),
        (MANAGE,),
        (),
        lambda actor, look: (),
        note=("短信和消息发给谁、结果如何；渠道的启停", "Which messages went to whom and how; the channels"),
        own_page="/notices/sent",
    )
)

"""Lists of notices: mine for the bell, all of a node for its administrators."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from chengzhi.kernel.access import Actor, capability
from chengzhi.kernel.cards import Option
from chengzhi.kernel.problems import NotAllowed
from chengzhi.notification.integrations import REGISTRY
from chengzhi.notification.messages import MESSAGES
from chengzhi.notification.models import ACCOUNT, BELL, FAILED, LOG, PERSON, STATES, Channel, Notice
from chengzhi.organisation import queries as organisation

MANAGE = capability("notification.notice.manage", "管理消息渠道和发送记录", "manage channels and see what was sent")
ROWS, MOST_UNREAD = 50, 100
CITIZEN = ("群众", "Citizen")


@dataclass(frozen=True, slots=True)
class Mine:
    """One line of my notices."""

    row: Notice
    message: Any

    @property
    def words(self) -> tuple[str, str]:
        """What was said."""
        return self.row.words_zh, self.row.words_en


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the administrators' list."""

    row: Notice
    message: Any
    channel: tuple[str, str]
    to: tuple[str, str]
    state: tuple[str, str]
    may_retry: bool

    @property
    def words(self) -> tuple[str, str]:
        """What was said."""
        return self.row.words_zh, self.row.words_en


@dataclass(frozen=True, slots=True)
class Filter:
    """What the administrators look at: state, channel and kind of message, each empty for all; `before` pages."""

    state: str = ""
    channel: str = ""
    message: str = ""
    before: int = 0

    @classmethod
    def of(cls, asked: Mapping[str, str]) -> "Filter":
        """Read a filter from an address; what is not known counts as not chosen."""
        before = asked.get("before", "")
        return cls(
            asked.get("state", "") if asked.get("state", "") in STATES else "",
            asked.get("channel", "")[:24].replace("\x00", ""),
            asked.get("message", "") if asked.get("message", "") in MESSAGES else "",
            int(before) if before.isascii() and before.isdigit() and len(before) < 19 else 0,
        )

    @property
    def narrowed(self) -> bool:
        """Whether anything is chosen."""
        return bool(self.state or self.channel or self.message)

    def address(self, before: int) -> str:
        """Return the address of the page after a notice."""
        given = {"state": self.state, "channel": self.channel, "message": self.message, "before": str(before)}
        return "?" + urlencode({name: value for name, value in given.items() if value})


@dataclass(frozen=True, slots=True)
class AdminPage:
    """One page of the administrators' list."""

    chosen: Filter
    rows: tuple[Line, ...]
    next: str
    states: tuple[Option, ...]
    channels: tuple[Option, ...]
    messages: tuple[Option, ...]


def unread(account: int) -> int:
    """Return how many notices a person has not read, a hundred at most."""
    rows = Notice.objects.filter(to=account, channel=BELL, read_at__isnull=True)
    return rows.order_by()[:MOST_UNREAD].count()


def mine(account: int, *, before: int = 0, most: int = ROWS) -> list[Mine]:
    """Return the newest notices of a person; `before` is the id of the last one seen."""
    rows = Notice.objects.filter(to=account, channel=BELL)
    rows = rows.filter(pk__lt=before) if before else rows
    return [Mine(row, MESSAGES.get(row.message)) for row in rows.order_by("-id")[:most]]


def manages_channels(actor: Actor) -> bool:
    """Tell whether a person may open channels and pause them: they belong to the whole city, so the right must hold at its node."""
    return any(actor.may(MANAGE, node.id) for node in organisation.nodes() if node.is_city)


def admin_page(actor: Actor, chosen: Filter) -> AdminPage:
    """Return one page of what was told in the nodes that a person administers. Raises NotAllowed for everybody else."""
    nodes = actor.capabilities.get(MANAGE, frozenset())
    if not nodes:
        raise NotAllowed(
            "仅系统管理员可查看消息发送记录，请联系系统管理员。",
            "Only the system administrator sees what was sent; ask him.",
            code="not_allowed",
        )
    wanted = {name: value for name, value in (("state", chosen.state), ("channel", chosen.channel), ("message", chosen.message)) if value}
    rows = Notice.objects.filter(node__in=nodes, **wanted)
    found = list((rows.filter(pk__lt=chosen.before) if chosen.before else rows).order_by("-id")[: ROWS + 1])
    names = {row.code: (row.name_zh, row.name_zh) for row in Channel.objects.all()}
    names = {BELL: ("站内", "In the platform"), LOG: (REGISTRY[LOG].zh, REGISTRY[LOG].en), **names}
    return AdminPage(
        chosen,
        tuple(_line(row, names) for row in found[:ROWS]),
        chosen.address(found[ROWS - 1].pk) if len(found) > ROWS else "",
        tuple(Option(slug, *words) for slug, words in STATES.items()),
        tuple(Option(code, *words) for code, words in names.items()),
        tuple(Option(message.slug, message.zh, message.en) for message in MESSAGES.values()),
    )


def _line(row: Notice, channels: Mapping[str, tuple[str, str]]) -> Line:
    message, channel = MESSAGES.get(row.message), channels.get(row.channel, (row.channel, row.channel))
    return Line(row, message, channel, _name(row), STATES[row.state], bool({FAILED: True}.get(row.state)))


def _name(row: Notice) -> tuple[str, str]:
    if row.addressee == ACCOUNT:
        name = organisation.staff_name(row.to)
        return name, name
    return CITIZEN if row.addressee == PERSON else organisation.holder_names([row.to]).get(row.to, ("—", "—"))

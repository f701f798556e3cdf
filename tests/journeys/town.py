"""A morning in the small world, to be looked at: people with names, and cases with street pictures in every queue of the screens."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from chengzhi.documents import services as documents
from chengzhi.documents.placeholder import street_picture
from chengzhi.hotline.models import KnowledgePage
from chengzhi.incidents.models import Incident
from chengzhi.incidents.tests import telling
from chengzhi.kernel import registers
from chengzhi.kernel.access import SYSTEM, Act
from chengzhi.kernel.models import Holder
from chengzhi.organisation import services as organisation
from chengzhi.organisation.models import Post, Staff
from chengzhi.portal.tests.reporting import WORDS
from chengzhi.powers import services as powers
from chengzhi.territory.models import Division, DutyGrid
from tests.world import COUNTY, LONG_AGO, World

NAMES = {
    "acceptor": "马晓兰",
    "chief": "张建国",
    "dispatcher": "李文静",
    "callback": "周敏",
    "supervisor_lead": "赵国强",
    "leader": "陈立新",
    "sys_admin": "孙浩",
    "security_admin": "吴倩",
    "auditor": "郑明",
    "road": "王海涛",
    "clean": "刘桂芳",
    "green": "何志远",
    "squad": "杨帆",
    "inspector": "丁一鸣",
}
MORE_NAMES = ("高翔", "林小燕", "郭子健", "罗梅", "宋佳", "唐军", "韩雪", "曹阳", "邓丽萍", "冯涛", "彭波", "蒋琳", "蔡伟", "贾楠")
DISTRICTS = {"990100": "XX City", "990102": "East District", "990103": "West District"}
FILED = ("pass_on", "file_case")
GIVEN = (*FILED, "dispatch")
DONE = (*GIVEN, "sign", "finish")


@dataclass(frozen=True)
class Story:
    """One case: its class, unit, scene and words, how old it is, and the steps that were taken."""

    code: str
    unit: str
    scene: str
    text: str
    address: str
    steps: tuple[str, ...]
    hours: float = 0.2
    urgent: bool = False
    data: dict[str, dict[str, Any]] = field(default_factory=dict)


SUPERVISED = {"supervise": {"opinion": "旅客反映强烈，请今日内清运并回复。"}}
RETURNED = {"ask_return": {"reason": "not_my_duty"}}
CALLED = "小区门口垃圾堆了三天没人清"
RESULT = "已清理完毕，现场已恢复。"
HUNG = {"ask_suspension": {"reason": "season", "resume_on": "2099-03-31", "plan": "冰封期无法下堤，先行围护，开春后清运。"}}
STORIES = (
    Story("SJ0102", "clean", "garbage", "实验小学东侧围墙外暴露垃圾约3立方米，有异味。", "育才路8号", ("pass_on",), 0.05),
    Story("SJ0108", "clean", "other", "人行道上弃置旧沙发两组，行人绕行。", "新民路与西关街交叉口", ("pass_on",), 0.1),
    Story("SJ0404", "road", "water", "雨水口堵塞，路面积水约20平方米。", "滨河路66号", ("pass_on",), 0.5, urgent=True),
    Story("SJ0201", "clean", "ads", "公交站亭喷涂小广告8处。", "人民路12号", ("pass_on",), 0.02),
    Story("SJ0110", "road", "road", "慢车道坑槽，长约1.2米，深约6厘米。", "解放路35号", FILED, 0.1),
    Story("SJ0102", "clean", "garbage", "农贸市场后门垃圾未清运。", "南关农贸市场", FILED, 0.02),
    Story("BJ0104", "road", "manhole", "雨水箅子断裂两根，非机动车易陷入。", "建设路与泰和路交叉口", FILED, 1, urgent=True),
    Story("SJ0103", "clean", "garbage", "绿化带内积存渣土约2立方米。", "北环路21号", FILED, 0.05),
    Story("SJ0102", "clean", "garbage", "果皮箱满溢，周边散落垃圾。", "人民广场北门", GIVEN, 0.3),
    Story("SJ0103", "clean", "garbage", "小区门口堆放装修垃圾。", "崇文路9号", GIVEN, 26),
    Story("SJ0201", "clean", "ads", "墙面喷涂小广告5处。", "东关街3号", (*GIVEN, "sign"), 3),
    Story("SJ0108", "clean", "other", "路边弃置旧衣柜。", "泰和路17号", (*GIVEN, "sign", "supervise"), 9, urgent=True, data=SUPERVISED),
    Story("SJ0103", "clean", "garbage", "工地门前道路遗撒。", "建设路48号", (*GIVEN, "sign", "ask_return"), 0.4, data=RETURNED),
    Story("SJ0102", "clean", "garbage", "河堤垃圾带约15米。", "滨河公园", (*GIVEN, "sign", "ask_suspension"), 4, data=HUNG),
    Story("SJ0102", "clean", "garbage", "垃圾房外溢。", "文化街20号", DONE, 2),
    Story("SJ0201", "clean", "ads", "路灯杆张贴小广告。", "西关街5号", (*DONE, "send_check"), 5),
    Story("SJ0102", "clean", "garbage", "体育馆南门外暴露垃圾。", "体育馆", (*DONE, "send_check", "pass_check"), 6),
    Story("SJ0102", "clean", "garbage", "汽车站出站口旁垃圾堆积。", "汽车站", (*DONE, "send_check", "pass_check", "close"), 8),
)


@dataclass
class Town:
    """The world with its cases, in the order of STORIES."""

    world: World
    cases: list[Incident]
    today: datetime

    def number(self, state: str) -> str:
        """Return the number of the last case in a state."""
        return next(row.matter.number for row in reversed(self.cases) if row.matter.state == state)


def found_town(world: World) -> Town:
    """Fill the world with people's names and cases."""
    _name_people(world)
    act = Act(actor=SYSTEM, at=timezone.now(), door="system")
    place = {"area_kind": "division", "area_code": COUNTY, "node_id": world.county}
    for subject, unit in (("SJ01", "clean"), ("SJ02", "clean"), ("SJ0110", "road"), ("SJ04", "road"), ("BJ01", "road")):
        body = world.unit(unit)
        powers.assign(subject=subject, body_id=body, act=act, basis_zh="本区职责分工", source="测试", valid_from=LONG_AGO, **place)
    cases = [_told(world, n, story) for n, story in enumerate(STORIES)]
    return Town(world, cases, act.at)


def words_of(town: Town) -> list[str]:
    """Return the Chinese of the data that stands on the screens in every language; the longest first."""
    given = [*NAMES.values(), *MORE_NAMES, *(one.text for one in STORIES), *(one.address for one in STORIES)]
    held = [*Holder.objects.values_list("name_zh", flat=True), *Staff.objects.values_list("name", flat=True)]
    known = [row.matter.node.name_zh for row in town.cases[:1] if row.matter.node_id]
    known += [*Division.objects.values_list("name_zh", flat=True), *DutyGrid.objects.values_list("name_zh", flat=True)]
    known += [WORDS, RESULT, CALLED]
    known += [str(said) for story in STORIES for given in story.data.values() for said in given.values()]
    pages = [text for page in KnowledgePage.objects.values_list("question", "answer") for text in page]
    return sorted({*given, *held, *known, *pages}, key=len, reverse=True)


def _name_people(world: World) -> None:
    spare = iter(MORE_NAMES * 9)
    roles = {row["code"]: row for row in organisation.rows_in(organisation.ROLES_FILE)}
    for (_, key), account in world.accounts.items():
        Staff.objects.filter(pk=account.staff_id).update(name=NAMES.get(key) or next(spare))
    for post in Post.objects.select_related("holder", "role"):
        row = roles[post.role.code]
        Holder.objects.filter(pk=post.holder_id).update(name_zh=row["name_zh"], name_en=row["name_en"])
    for node in world.node.values():
        Holder.objects.filter(pk=node.pk).update(name_en=DISTRICTS[node.code])
    registers.clear_all()


def _told(world: World, n: int, story: Story) -> Incident:
    at = timezone.now() - timedelta(hours=story.hours)
    inspector = world.act("inspector", at=at, backdate=True)
    shown = {"lon": world.point(n % 20)[0], "lat": world.point(n % 20)[1]}
    row = telling.report(
        world,
        n=n % 20,
        at=at,
        class_code=story.code,
        description=story.text,
        address=story.address,
        urgent=story.urgent,
        photos=[_picture(inspector, n, story.scene, "before", shown)],
    )
    return _taken(world, row, n, story, shown, at)


def _taken(world: World, row: Incident, n: int, story: Story, shown: dict[str, float], at: datetime) -> Incident:
    for order, slug in enumerate(story.steps, 1):
        role = story.unit if slug in {"sign", "finish", "ask_return", "ask_suspension"} else ""
        then = at + _pace(order, len(story.steps)) * (timezone.now() - at)
        row = telling.take(world, row, slug, role, at=then, **_given(world, row, n, slug, story, shown, then))
    return row


def _pace(order: int, steps: int) -> float:
    """Return which share of its life a case has behind it at a step: the centre is quick, the street takes its time."""
    return order * 0.02 if order < len(DONE) else 1 - 0.02 * (steps - order + 1)


def _given(world: World, row: Incident, n: int, slug: str, story: Story, shown: dict[str, float], at: datetime) -> dict[str, Any]:
    if slug == "dispatch":
        return {"unit": str(world.unit(story.unit))}
    if slug == "finish":
        act = world.act(story.unit, at=at, backdate=True)
        return {"photos": [str(_picture(act, n, story.scene, "after", shown))], "result": RESULT}
    if slug == "pass_check":
        act = world.act(telling.role_holding(world, row, "check"), at=at, backdate=True)
        return {"photos": [str(_picture(act, n, story.scene, "check", shown))]}
    return _asked(slug, story)


def _asked(slug: str, story: Story) -> dict[str, Any]:
    by = {"reply_by": (timezone.now() + timedelta(hours=9)).isoformat()} if slug == "supervise" else {}
    return {**story.data.get(slug, {}), **by}


def _picture(act: Act, n: int, scene: str, stage: str, shown: dict[str, float]) -> int:
    lines: Iterable[str] = [f"{timezone.localtime(act.at):%Y-%m-%d %H:%M}", STORIES[n].address, ""]
    content = street_picture(f"town/{n}", scene, stage, list(lines))
    return documents.store(content, f"{scene}-{stage}.jpg", act, taken_at=act.at, from_camera=True, **shown).pk

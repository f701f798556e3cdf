"""What lies in the first county for the test of the doors: cases, parts, calls, notices, pictures, with words of their own."""

import io
from dataclasses import dataclass, field
from datetime import date

from django.utils import timezone
from PIL import Image

from chengzhi.documents import services as documents
from chengzhi.hotline import services as hotline
from chengzhi.incidents.models import CrewJob, Incident, Oddity, Task
from chengzhi.incidents.queries import crews
from chengzhi.incidents.tests.telling import call, tell
from chengzhi.kernel import imports
from chengzhi.kernel.access import Act
from chengzhi.kernel.models import Matter
from chengzhi.notification.models import BELL, FAILED, Notice
from chengzhi.portal import services as portal
from chengzhi.portal.models import Followed, Rating
from tests.world import COUNTY, World

SAID, PLACE, CALLER, PHONE, NOTED, TICKETED, DRAFTED, KNOWN, CITIZEN, RATED, SHEET = (
    "甲区报案原话",
    "甲区密巷七号",
    "甲慕容来电人",
    "13955501234",
    "甲区通知内容",
    "甲区电话登记",
    "甲区通话草稿",
    "甲区内部知识",
    "甲区市民所写",
    "甲区市民评价",
    "甲区时限表",
)
WORDS = (SAID, PLACE, CALLER, PHONE, NOTED, TICKETED, DRAFTED, KNOWN, CITIZEN, RATED, SHEET)
CLOSED = ["send_verify", "reply_verify", "pass_on", "file_case", "dispatch", "sign", "finish", "send_check", "pass_check", "close"]


@dataclass
class Scene:
    """The ids and numbers of the first county by what they name."""

    world: World
    incidents: list[Incident] = field(default_factory=list)
    matters: list[int] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    attachments: list[int] = field(default_factory=list)
    notices: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    tickets: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    imports: list[int] = field(default_factory=list)
    token: str = ""
    follow: str = ""


def first_county(world: World) -> Scene:
    """Tell everything that a county may have, and return how it is named."""
    scene = Scene(world)
    told = {"description": SAID, "address": PLACE, "caller_name": CALLER, "caller_phone": PHONE}
    picture = _photo(world.act("acceptor"))
    waiting = call(world, n=0, photos=[picture], **told)
    given = ["send_verify", "reply_verify", "pass_on", "file_case", "dispatch", "supervise", "sign", "give_to_crew"]
    worked = tell(world, call(world, n=4, **told), given)
    closed = call(world, n=8, **told)
    Incident.objects.filter(pk=closed.pk).update(replayed=False)
    closed = tell(world, closed, CLOSED)
    scene.incidents = [waiting, worked, closed]
    _desk(scene)
    _citizen(scene)
    limits = "小类代码,立案条件,区域类别,时限,单位\nSJ0101,甲区条件,全部,3,工作时\n".encode()
    sent = imports.receive("limits", limits, f"{SHEET}.csv", world.act("sys_admin"), options={"county": COUNTY})
    scene.imports = [sent.pk]
    known = Matter.objects.filter(node=world.county)
    scene.matters, scene.numbers = list(known.values_list("pk", flat=True)), list(known.values_list("number", flat=True))
    scene.attachments = [picture]
    task = Task.objects.get(matter__parent=worked.matter)
    row = {"addressee": "account", "node": world.county, "matter": task.pk, "words_zh": NOTED, "words_en": NOTED, "made_at": timezone.now()}
    bell = Notice.objects.create(event="e1", message="urged", to=world.account("road").pk, channel=BELL, state="sent", **row)
    failed = Notice.objects.create(event="e2", message="urged", to=world.account("road").pk, channel="sms", state=FAILED, **row)
    scene.notices = [bell.pk, failed.pk]
    found = {"kind": "far", "key": "k", "node_id": world.county, "incident": closed, "account": world.account("inspector").pk}
    Oddity.objects.create(figures={"metres": 500, "reason": SAID}, at=timezone.now(), **found)
    scene.token = crews.link_of(CrewJob.objects.get()).split("/")[2]
    return scene


def _photo(act: Act) -> int:
    picture = io.BytesIO()
    Image.radial_gradient("L").convert("RGB").save(picture, "JPEG")
    return documents.store(picture.getvalue(), f"{SAID}.jpg", act).pk


def _desk(scene: Scene) -> None:
    world, act = scene.world, scene.world.act("acceptor")
    lon, lat = world.point(12)
    row = hotline.ring(act=act, phone=PHONE, answered=True)
    data = {"class_code": "SJ0101", "description": TICKETED, "address": PLACE, "lon": lon, "lat": lat}
    ticket = hotline.register(call_id=row.pk, act=act, data=data, name=CALLER, phone=PHONE, wants_reply=True)
    hotline.end(call_id=row.pk, act=act)
    again = hotline.ring(act=act, phone=PHONE, answered=True)
    hotline.type_draft(call_id=again.pk, act=act, typed={"description": DRAFTED})
    page = hotline.save_page(act=act, question=KNOWN, answer=KNOWN, valid_from=date(2020, 1, 1))
    scene.calls, scene.tickets, scene.pages = [row.pk, again.pk], [ticket.pk], [page.pk]


def _citizen(scene: Scene) -> None:
    lon, lat = scene.world.point(16)
    sent = portal.Report(key="key-00000000000000000001", picture="waste", words=CITIZEN, lon=str(lon), lat=str(lat), phone=PHONE)
    scene.follow = portal.send(sent, portal.Caller("203.0.113.7"))
    row = Followed.objects.get(code=scene.follow)
    Rating.objects.create(followed=row, score=2, words=RATED, why="other", redo=True, at=timezone.now())
    scene.incidents.append(Incident.objects.get(pk=row.incident_id))

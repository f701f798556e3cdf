"""A citizen reports: checked, told who else to call, told what is known already, and only then written, once."""

import json
import math
import re
import secrets
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.core import signing
from django.utils import timezone

from chengzhi.incidents import services as incidents
from chengzhi.incidents.queries import citizens
from chengzhi.kernel import feed, matter, once, writes
from chengzhi.kernel.access import SYSTEM_ID, Act
from chengzhi.kernel.problems import Conflict, Fault, Invalid, Problem, Refused
from chengzhi.parties import queries as people
from chengzhi.parties import services as parties
from chengzhi.portal import queries, rules
from chengzhi.portal.events import CitizenJoined
from chengzhi.portal.models import Followed
from chengzhi.portal.services.common import citizens_act
from chengzhi.portal.services.limits import Caller, digest, spend
from chengzhi.portal.services.photos import photo_of
from chengzhi.territory import queries as territory

OFFERED = "chengzhi.portal.offered"
OFFER_LIVES = 3600
SOURCE: Literal["public"] = "public"
LONGEST_WORDS, LONGEST_ADDRESS, MOST_PHOTOS, SHORTEST_WORDS = 500, 120, 3, 2
CODES_AT_ONCE = 8
CONSENT = "（反映人愿意接受处置单位联系，电话请向指挥中心索取。）"
CELL = re.compile(r"[0-9A-Za-z-]{6,20}")
COMPONENT = re.compile(r"[0-9A-Za-z-]{4,24}")


class Emergency(Problem):
    """The words speak of danger: others must be called first; nothing has been written."""

    status, code = 409, "emergency"


class PrivateDispute(Refused):
    """The words speak of a dispute between private people: others decide it."""

    code = "private_dispute"


class Known(Problem):
    """The same was reported here today: one may join it instead; nothing has been written."""

    status, code = 409, "known_already"


@dataclass(frozen=True, slots=True)
class Report:
    """What a citizen filled in, still as text; `called` and `differs` answer the two questions that may be asked in between."""

    key: str
    picture: str = ""
    words: str = ""
    lon: str = ""
    lat: str = ""
    crs: str = "wgs84"
    address: str = ""
    cell: str = ""
    component: str = ""
    phone: str = ""
    confidential: bool = True
    photos: tuple[str, ...] = ()
    called: bool = False
    differs: bool = False
    trap: str = ""


def with_photos(given: Report, receipts: tuple[str, ...]) -> Report:
    """Return a report with further photos."""
    return replace(given, photos=given.photos + receipts)


@dataclass(frozen=True, slots=True)
class _Checked:
    """A report that can be written."""

    class_code: str
    words: str
    lon: float | None
    lat: float | None
    address: str
    place: territory.Place | None
    photos: list[int] = field(default_factory=list)
    urgent: bool = False


def send(given: Report, caller: Caller) -> str:
    """Take a report and return its code; the same form sent again gets the same code.

    Raises Invalid naming the fields, Emergency, PrivateDispute, Known, TooMany.
    """
    known = once.find(SYSTEM_ID, _key(given))
    if known is not None:
        return _code_in(known.answer)
    _refuse_robots(given)
    act = citizens_act()
    checked = _checked(given)
    spend("asked", caller.subject, act)  # the answer tells what others have reported: nobody may ask for every house of a street
    try:
        _refuse_known(given, checked, act)
    except Known:
        mine = once.find(SYSTEM_ID, _key(given))  # the same form, sent twice, whose first sending has just been taken
        if mine is None:
            raise
        return _code_in(mine.answer)
    _spend(given, caller, act)

    def work() -> tuple[int, dict[str, Any]]:
        return 201, {"code": _write(given, checked, act)}

    return _once(_key(given), work)


def join(offer: str, given: Report, caller: Caller) -> str:
    """Follow an incident that was offered, because one has met with it too (我也遇到); return the code. Raises Conflict."""
    known = once.find(SYSTEM_ID, _key(given))
    if known is not None:
        return _code_in(known.answer)
    _refuse_robots(given)
    act = citizens_act()
    try:
        incident = int(signing.loads(offer, salt=OFFERED, max_age=OFFER_LIVES))
    except signing.BadSignature:
        raise Conflict(
            "页面停留太久，请返回后重新提交。", "This page is too old; go back and send your report again.", code="offer_old"
        ) from None
    _spend(given, caller, act)

    def work() -> tuple[int, dict[str, Any]]:
        return 201, {"code": _join(incident, given, act)}

    return _once(_key(given), work)


def _key(given: Report) -> str:
    """Return under which key a report is written once: that of its form, and what it says, so that other words are never swallowed."""
    said = (given.picture, given.words.strip(), given.lon, given.lat, given.address.strip(), given.cell, given.component)
    return f"c:{given.key}:{digest(json.dumps(said))[:16]}" if given.key else ""


def _once(key: str, work: Any) -> str:
    found = once.answer(caller=SYSTEM_ID, key=key, digest=once.digest_of("POST", "/c/report", key.encode()), work=work)
    return str(found.body["code"])


def _code_in(answer: str) -> str:
    return str(json.loads(answer)["code"])


def _refuse_robots(given: Report) -> None:
    if given.trap or not given.key:
        raise Refused("提交未被接受，请刷新页面后重新填写。", "This was not accepted; reload the page and fill it in again.", code="trap")


def _spend(given: Report, caller: Caller, act: Act) -> None:
    spend("report", caller.subject, act)
    if given.phone:
        spend("phone", digest(people.number_in(given.phone)), act)


def _checked(given: Report) -> _Checked:
    faults: list[Fault] = []
    words = given.words.strip()
    class_code = rules.class_for(given.picture, words, queries.picture_rows())
    if not class_code:
        faults.append(Fault("picture", "请选择问题类型（八个图中的一个）。", "Choose what it is: one of the eight pictures.", "picture"))
    if not SHORTEST_WORDS <= len(words) <= LONGEST_WORDS:
        faults.append(
            Fault(
                "words",
                f"请用{SHORTEST_WORDS}至{LONGEST_WORDS}个字说明问题，现为{len(words)}个。",
                f"Describe it in {SHORTEST_WORDS} to {LONGEST_WORDS} signs; there are {len(words)}.",
                "words",
            )
        )
    if len(given.address) > LONGEST_ADDRESS:
        faults.append(Fault("address", f"地点最多{LONGEST_ADDRESS}个字。", f"The place takes at most {LONGEST_ADDRESS} signs.", "address"))
    if len(given.photos) > MOST_PHOTOS:
        faults.append(Fault("photos", f"照片最多{MOST_PHOTOS}张。", f"At most {MOST_PHOTOS} photos.", "photos"))
    point = _point(given, faults)
    if faults:
        raise Invalid("；".join(f.zh for f in faults), " ".join(f.en for f in faults), code="incomplete", faults=faults)
    _phone(given.phone)
    urgent = _refuse_others(words, given)
    place = _place(point)
    lon, lat = point or (None, None)
    return _Checked(class_code, words, lon, lat, _address(given), place, [photo_of(receipt) for receipt in given.photos], urgent)


def _point(given: Report, faults: list[Fault]) -> tuple[float, float] | None:
    """Return the position in the city's system, from the device, the pin or the QR code; None when only words tell the place."""
    try:
        if given.lon and given.lat:
            lon, lat = float(given.lon), float(given.lat)
            if math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90:
                return territory.position(lon, lat, given.crs)
        elif CELL.fullmatch(given.cell) and (middle := territory.middle(given.cell)):
            return territory.inside(*middle)
    except (ValueError, Problem):
        faults.append(Fault("position", "定位数据无法识别，请重新定位。", "The position cannot be read; locate again.", "lon"))
        return None
    if not given.address.strip():
        faults.append(Fault("place", "请定位，或写明地点。", "Locate yourself, or write the place.", "address"))
    return None


def _phone(phone: str) -> None:
    if not phone:
        return
    try:
        people.by_phone(phone)  # reads a number in every form that people write, and refuses what is none
    except Invalid as wrong:
        fault = Fault(
            "phone",
            "电话号码不对：请填11位手机号或带区号的固定电话，也可以不填。",
            "That is no phone number: eleven digits or a landline with area code; it may be left out.",
            "phone",
        )
        raise Invalid(fault.zh, fault.en, code="phone", faults=[fault]) from wrong


def _refuse_others(words: str, given: Report) -> bool:
    """Tell whether the words speak of danger that was told to others already. Raises Emergency and PrivateDispute."""
    danger = rules.warned_by(words, queries.warned("emergency"))
    if danger and not given.called:
        raise Emergency(danger[0].zh, danger[0].en, extra={"numbers": danger[0].numbers})
    private = rules.warned_by(words, queries.warned("private"))
    if private:
        raise PrivateDispute(private[0].zh, private[0].en, extra={"numbers": private[0].numbers})
    return bool(danger)


def _place(point: tuple[float, float] | None) -> territory.Place | None:
    if point is None:
        return None
    found = territory.locate(*point)
    if found is None:
        raise Refused(
            "这个位置不在本市范围内，请核对定位；外地问题请拨打当地 12345。",
            "This place lies outside the city; check it, or call 12345 there.",
            code="outside_city",
        )
    return found


def _address(given: Report) -> str:
    component = f"（部件 {given.component}）" if COMPONENT.fullmatch(given.component) else ""
    return (given.address.strip() + component)[:200]


def _refuse_known(given: Report, checked: _Checked, act: Act) -> None:
    if given.differs or checked.lon is None or checked.lat is None:
        return
    near = citizens.same_today(checked.class_code, checked.lon, checked.lat, act.at)
    if near is not None:
        offer = signing.dumps(str(near.matter_id), salt=OFFERED)
        zh, en = ("，正在处理", " and is being handled") if near.under_way else ("，已收到", " and was received")
        raise Known(
            f"这里今天已有人反映{zh}。",
            f"This was reported here today{en}.",
            extra={"offer": offer, "near": near, "count": queries.followers(near.matter_id)},
        )


def new_code() -> str:
    """Return a code that is not in use, drawn at random."""
    drawn = ["".join(secrets.choice(rules.ALPHABET) for _ in range(rules.CODE_LENGTH)) for _ in range(CODES_AT_ONCE)]
    taken = queries.codes_in_use(drawn)
    return next(code for code in drawn if code not in taken)


def _write(given: Report, checked: _Checked, act: Act) -> str:
    row = incidents.register_call(
        act=act,
        source=SOURCE,
        class_code=checked.class_code,
        description=checked.words + (CONSENT if given.phone and not given.confidential else ""),
        lon=checked.lon,
        lat=checked.lat,
        address=checked.address or (checked.place.address_hint if checked.place else ""),
        urgent=checked.urgent,
        photos=checked.photos,
        caller_phone=given.phone,
    )
    expected = citizens.expected_end(checked.class_code, checked.place, act.at)
    followed = Followed(
        code=new_code(),
        incident=row,
        person=row.reporter_person,
        own=True,
        confidential=given.confidential,
        picture=given.picture,
        expected_at=expected,
        made_at=act.at,
    )
    writes.add(followed)
    return followed.code


def _join(incident: int, given: Report, act: Act) -> str:
    family = matter.lock(incident, act=act.by_system(), checked=False)
    person = parties.register_person(name="", phone=given.phone, source=SOURCE, act=act).pk if given.phone else None
    count = queries.followers(incident) + 1
    row = incidents.citizen_joined(matter_id=incident, act=act, count=count)
    place = territory.locate(row.lon, row.lat) if row.lon is not None and row.lat is not None else None
    followed = Followed(
        code=new_code(),
        incident_id=incident,
        person=person,
        own=False,
        confidential=given.confidential,
        picture=given.picture,
        expected_at=citizens.expected_end(row.class_code, place, timezone.localtime(family.matter.opened_at)),
        made_at=act.at,
    )
    writes.add(followed)
    feed.publish(CitizenJoined(incident, count), matter=family.matter, root=family.root)
    return followed.code

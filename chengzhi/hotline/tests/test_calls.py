"""A call from its ring to its end, by hand; whoever may not, or comes too late, changes nothing."""

import pytest
from django.utils import timezone

from chengzhi.hotline import queries, services
from chengzhi.hotline.models import Call, Ticket, Transfer
from chengzhi.hotline.queries import caller
from chengzhi.hotline.services.calls import draft_of
from chengzhi.incidents.models import Incident
from chengzhi.kernel.models import TrailEntry
from chengzhi.kernel.problems import Conflict, Invalid, NotAllowed, NotFound, Problem, Refused
from chengzhi.parties.models import Person
from tests.world import OTHER_COUNTY, World

PHONE = "13900000001"


def ring(world: World, phone: str = PHONE, **more: bool) -> Call:
    return services.ring(act=world.act("acceptor"), phone=phone, **{"answered": True, **more})


def data(world: World, n: int = 0, **more: object) -> dict[str, object]:
    lon, lat = world.point(n)
    return {"class_code": "SJ0102", "description": "门口垃圾堆了三天", "lon": lon, "lat": lat, **more}


def register(world: World, row: Call, **more: object) -> Ticket:
    given = {"data": data(world), **more}
    return services.register(call_id=row.pk, act=world.act("acceptor"), **given)  # type: ignore[arg-type]  # a table of inputs


def test_a_call_rings_is_answered_hung_up_and_ended_with_a_result(world: World) -> None:
    act = world.act("acceptor")
    row = services.ring(act=act, phone=PHONE)
    phases = []
    for verb in (services.answer, services.hang_up):
        phases.append(queries.open_calls(act.actor)[0].phase)
        verb(call_id=row.pk, act=act)
    phases.append(queries.open_calls(act.actor)[0].phase)
    services.end(call_id=row.pk, act=act, result="silent")
    assert phases == ["ringing", "talking", "wrap_up"]
    assert [(line.phase, line.result, line.caller) for line in queries.today(act.actor)] == [
        ("ended", ("无声或误拨", "Silent or misdialled"), "139****0001")
    ]


def test_a_known_number_need_not_be_typed_again(world: World) -> None:
    row, unknown = ring(world), ring(world, phone="")
    services.set_number(call_id=unknown.pk, act=world.act("acceptor"), phone="0933-8212345")
    assert [draft_of(line.call) for line in queries.open_calls(world.actor("acceptor"))] == [
        {"caller_phone": PHONE},
        {"caller_phone": "0933-8212345"},
    ]
    assert PHONE not in str(Call.objects.values().get(pk=row.pk))


def test_a_number_is_kept_by_the_parties_only(world: World) -> None:
    row = ring(world)
    services.type_draft(call_id=row.pk, act=world.act("acceptor"), typed={"caller_name": "王小明", "caller_phone": PHONE})
    kept = str(Call.objects.values().get(pk=row.pk))
    assert PHONE not in kept and "王小明" not in kept
    assert draft_of(Call.objects.get(pk=row.pk)) == {"caller_name": "王小明", "caller_phone": PHONE}
    person = Person.objects.get()
    assert (row.person, person.keep_until is not None) == (person.pk, True)


@pytest.mark.parametrize(
    ("situation", "prepare", "verb", "code"),
    [
        ("answered twice", (), "answer", "hotline.call_is_not_answered"),
        ("hung up twice", ("hang_up",), "hang_up", "hotline.call_is_not_hung_up"),
        ("ended without a result", (), "end", "hotline.call_has_result"),
    ],
)
def test_a_step_out_of_turn_is_refused_and_changes_nothing(
    world: World, situation: str, prepare: tuple[str, ...], verb: str, code: str
) -> None:
    row = ring(world)
    for before in prepare:
        getattr(services, before)(call_id=row.pk, act=world.act("acceptor"))
    kept = Call.objects.values().get(pk=row.pk)
    with pytest.raises(Refused) as refusal:
        getattr(services, verb)(call_id=row.pk, act=world.act("acceptor"))
    assert [fault.code for fault in refusal.value.faults] == [code], situation
    assert Call.objects.values().get(pk=row.pk) == kept


@pytest.mark.parametrize(
    ("role", "county", "refusal"),
    [("dispatcher", "990102", NotAllowed), ("acceptor", OTHER_COUNTY, NotFound), ("inspector", "990102", NotAllowed)],
)
def test_nobody_else_works_on_a_call(world: World, role: str, county: str, refusal: type[Problem]) -> None:
    row = ring(world)
    kept = Call.objects.values().get(pk=row.pk)
    tried = {"hang_up": {}, "type_draft": {"typed": {"a": "b"}}, "transfer": {"service": "110"}, "register": {"data": {}}}
    for verb, more in tried.items():
        with pytest.raises(refusal):
            getattr(services, verb)(call_id=row.pk, act=world.act(role, county), **more)
    assert (Call.objects.values().get(pk=row.pk), Transfer.objects.count(), Incident.objects.count()) == (kept, 0, 0)


def test_a_call_becomes_an_incident_of_its_caller(world: World) -> None:
    row = ring(world)
    ticket = register(world, row, name="王先生", phone=PHONE, wants_reply=True)
    made = Incident.objects.select_related("matter").get()
    assert (ticket.number, made.source, made.reporter_person, ticket.person) == (made.matter.number, "12319", row.person, row.person)
    assert (Call.objects.get(pk=row.pk).result, ticket.to_locate) == ("registered", False)


def test_S2_6_4_a_confidential_caller_is_known_to_the_desk_only(world: World) -> None:
    row = ring(world)
    ticket = register(world, row, name="王先生", phone=PHONE, confidential=True)
    assert (Incident.objects.get().reporter_person, ticket.person) == (None, row.person)
    shown = caller.card(row, world.actor("acceptor"))
    assert [case.number for case in shown.cases] == [ticket.number]


def test_a_place_in_words_only_is_accepted_and_marked(world: World) -> None:
    ticket = register(world, ring(world), data={"class_code": "SJ0102", "description": "垃圾", "address": "老粮站后面"})
    assert (ticket.to_locate, Incident.objects.get().address) == (True, "老粮站后面")


def test_a_reply_without_a_number_is_refused_and_nothing_is_registered(world: World) -> None:
    row = ring(world, phone="", hidden=True)
    with pytest.raises(Invalid) as refusal:
        register(world, row, wants_reply=True)
    assert (refusal.value.code, Incident.objects.count(), Ticket.objects.count(), TrailEntry.objects.count()) == (
        "reply_without_number",
        0,
        0,
        0,
    )


def test_a_second_report_nearby_is_merged_at_once(world: World) -> None:
    first = register(world, ring(world))
    second = register(world, ring(world, phone="13900000002"), merge_into=first.number)
    states = dict(Incident.objects.values_list("matter__number", "matter__state"))
    assert (states[second.number], second.merged_into) == ("merged", first.number)


def test_a_question_is_answered_at_once_and_its_incident_closed(world: World) -> None:
    row = ring(world)
    ticket = services.answer_at_once(
        call_id=row.pk, act=world.act("acceptor"), data={"description": "请问在哪里办理占道许可"}, reply="请到政务大厅城管窗口办理。"
    )
    made = Incident.objects.select_related("matter").get()
    assert (made.class_code, made.matter.open, made.matter.number) == ("SJ0682", False, ticket.number)
    assert Call.objects.get(pk=row.pk).result == "answered"


def test_an_empty_answer_is_refused_and_nothing_is_registered(world: World) -> None:
    row = ring(world)
    with pytest.raises(Invalid):
        services.answer_at_once(call_id=row.pk, act=world.act("acceptor"), data={"description": "请问"}, reply=" ")
    assert (Incident.objects.count(), Ticket.objects.count(), Call.objects.get(pk=row.pk).result) == (0, 0, "")


def test_words_are_added_to_an_open_case_and_stand_in_its_trail(world: World) -> None:
    first = register(world, ring(world))
    again = ring(world)
    ticket = services.supplement(call_id=again.pk, act=world.act("acceptor"), number=first.number, words="今天更多了")
    assert (ticket.what, TrailEntry.objects.filter(step="supplement").count()) == ("supplemented", 1)


def test_a_case_of_another_county_is_neither_shown_nor_added_to(world: World) -> None:
    lon, lat = world.point(0, OTHER_COUNTY)
    act = world.act("acceptor", OTHER_COUNTY)
    there = services.ring(act=act, phone=PHONE, answered=True)
    ticket = services.register(
        call_id=there.pk, act=act, data={"class_code": "SJ0102", "description": "垃圾", "lon": lon, "lat": lat}, phone=PHONE
    )
    here = ring(world)
    shown = caller.card(here, world.actor("acceptor"))
    assert (shown.calls, shown.cases) == (1, ())
    with pytest.raises(NotFound):
        services.supplement(call_id=here.pk, act=world.act("acceptor"), number=ticket.number, words="补充")
    assert TrailEntry.objects.filter(step="supplement").count() == 0


def test_a_case_is_urged_from_the_card_once_per_version(world: World) -> None:
    first = register(world, ring(world))
    row = Incident.objects.select_related("matter").get()
    act = world.act("acceptor", door="page")
    again = ring(world)
    services.urge(call_id=again.pk, act=act, number=first.number, version=row.matter.version, data={})
    with pytest.raises(Conflict):
        services.urge(call_id=again.pk, act=act, number=first.number, version=row.matter.version, data={})
    assert (Ticket.objects.filter(what="urged").count(), Incident.objects.get().urged) == (1, 1)


def test_a_transfer_is_recorded_with_who_when_to_whom_and_the_words_of_danger(world: World) -> None:
    row = ring(world)
    made = services.transfer(call_id=row.pk, act=world.act("acceptor"), service="119", to_whom="值班 7 号", said="闻到燃气味，有人触电")
    assert (made.service, made.to_whom, made.words, made.account) == ("119", "值班 7 号", "燃气 触电", row.account)
    with pytest.raises(Invalid):
        services.transfer(call_id=row.pk, act=world.act("acceptor"), service="114", said="x")
    assert Transfer.objects.count() == 1


def test_two_calls_at_once_keep_their_own_words(world: World) -> None:
    one, two = ring(world), ring(world, phone="")
    act = world.act("acceptor")
    services.type_draft(call_id=one.pk, act=act, typed={"description": "第一个"})
    services.type_draft(call_id=two.pk, act=act, typed={"description": "第二个"})
    assert [draft_of(line.call)["description"] for line in queries.open_calls(act.actor)] == ["第一个", "第二个"]


def test_a_sixth_open_call_is_refused(world: World) -> None:
    for _ in range(5):
        ring(world, phone="")
    with pytest.raises(Conflict):
        ring(world, phone="")
    assert Call.objects.count() == 5


@pytest.mark.parametrize("hostile", ["'; DROP TABLE", "<script>alert(1)</script>", "{{ 7*7 }}", "\u202e字", "𠮷" * 100])
def test_hostile_texts_are_kept_as_they_are(world: World, hostile: str) -> None:
    row = ring(world)
    register(world, row, data=data(world, description=hostile))
    assert Incident.objects.get().description == hostile


def test_a_promised_reply_is_owed_until_it_is_given(world: World) -> None:
    row = ring(world)
    ticket = register(world, row, phone=PHONE, wants_reply=True)
    act = world.act("acceptor")
    assert queries.replies_owed(act.actor) == []
    Incident.objects.get().matter.__class__.objects.filter(pk=ticket.matter_id).update(open=False, due_at=None)
    assert [owed.ticket.pk for owed in queries.replies_owed(act.actor)] == [ticket.pk]
    services.reply_given(ticket_id=ticket.pk, act=act)
    with pytest.raises(Conflict):
        services.reply_given(ticket_id=ticket.pk, act=act)
    assert queries.replies_owed(act.actor) == []
    assert Ticket.objects.get(pk=ticket.pk).replied_at is not None and timezone.now() is not None

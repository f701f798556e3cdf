"""Registering, revealing and erasing people."""

import base64
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from chengzhi.kernel import writes
from chengzhi.kernel.access import SYSTEM, Act, Actor
from chengzhi.kernel.problems import Invalid, NotAllowed, NotFound, Refused
from chengzhi.parties import crypto, queries, services
from chengzhi.parties.models import Organisation, Person, Reveal

pytestmark = pytest.mark.django_db
# Without a transaction around the test, so that on PostgreSQL services run in pipeline mode as they do in a city.
in_the_open = pytest.mark.django_db(transaction=True)

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # 12:00 in Shanghai
CAPABILITIES = {"parties.person.reveal": frozenset({1}), "parties.person.erase": frozenset({1})}
CALLER = Actor(id=11, name="李回访", capabilities=CAPABILITIES)
OTHER = Actor(id=12, name="赵回访", capabilities=CAPABILITIES)
DEPARTMENT = Actor(id=13, name="部门经办")


def act(actor=CALLER, at=NOON):
    return Act(actor=actor, at=at)


def wang(**changes):
    return services.register_person(**{"name": "王小明", "phone": "13900000000", "source": "hotline", "act": act(), **changes})


def test_a_person_is_stored_encrypted_and_masked():
    person = wang()
    row = Person.objects.get(id=person.id)
    assert (row.name_masked, row.phone_masked, row.source) == ("王**", "139****0000", "hotline")
    assert (row.keep_until, row.erased_at) == (None, None)
    assert "王小明" not in row.name_cipher and "13900000000" not in row.phone_cipher + row.phone_index
    assert crypto.decrypt(row.name_cipher, bound_to=f"person.{row.id}.name") == "王小明"


@pytest.mark.parametrize("written", ["13900000000", "+86 139 0000 0000", "139-0000-0000", "013900000000"])
def test_the_same_phone_is_the_same_person(written):
    first = wang()
    assert wang(phone=written, name="别的名字", source="web").id == first.id
    assert Person.objects.count() == 1
    assert Person.objects.get().name_masked == "王**"


def at_once(work, times=6):
    """Do the same in several threads, each with its own connection, and return what each got."""

    def one(_):
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


@in_the_open
def test_reports_from_one_number_that_arrive_together_make_one_person():
    assert len({person.id for person in at_once(wang)}) == 1
    assert Person.objects.count() == 1


def test_a_name_that_was_missing_is_learnt_later():
    first = wang(name="")
    assert wang(name="张三").id == first.id
    assert services.reveal(person_id=first.id, purpose="回访确认", act=act()) == {"name": "张三", "phone": "13900000000"}


def test_a_person_without_phone_is_a_new_one_each_time():
    assert wang(phone="").id != wang(phone="").id
    assert Person.objects.filter(phone_index__isnull=True, phone_masked="").count() == 2


@in_the_open
def test_a_person_registered_within_another_service_is_rolled_back_with_it():
    @writes.service
    def report():
        wang()
        wang(phone="")
        raise Refused("不行。", "No.")

    with pytest.raises(Refused):
        report()
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("situation", "first", "second", "kept"),
    [
        ("later day counts", date(2027, 1, 1), date(2028, 1, 1), date(2028, 1, 1)),
        ("earlier day does not", date(2028, 1, 1), date(2027, 1, 1), date(2028, 1, 1)),
        ("no end counts most", date(2028, 1, 1), None, None),
        ("no end stays", None, date(2028, 1, 1), None),
    ],
)
@in_the_open
def test_the_longest_time_of_keeping_counts(situation, first, second, kept):
    wang(keep_until=first)
    wang(keep_until=second)
    assert Person.objects.get().keep_until == kept


@pytest.mark.parametrize(
    ("situation", "changes", "part"),
    [
        ("neither name nor phone", {"name": " ", "phone": ""}, "name 和 phone"),
        ("wrong phone", {"phone": "123"}, "phone“123”"),
        ("name too long", {"name": "王" * 41}, "name 最多40"),
        ("no source", {"source": ""}, "source"),
        ("source too long", {"source": "s" * 25}, "source"),
    ],
)
def test_a_person_that_cannot_be_registered_leaves_nothing(situation, changes, part):
    with pytest.raises(Invalid) as refusal:
        wang(**changes)
    assert part in refusal.value.zh
    assert Person.objects.count() == 0


def test_a_person_is_found_by_phone_and_shown_masked():
    person = wang()
    shown = {"id": person.id, "name": "王**", "phone": "139****0000", "erased": False}
    assert queries.by_phone("+86 139 0000 0000") == shown
    assert queries.by_phone("13900000001") is None
    assert queries.by_phone("") is None
    assert queries.masked([person.id, 5]) == {person.id: shown}
    with pytest.raises(Invalid):
        queries.by_phone("abc")


def test_masked_people_are_read_in_one_query(django_assert_num_queries):
    ids = [wang(phone=f"1390000000{last}").id for last in range(5)]
    with django_assert_num_queries(1):
        assert len(queries.masked(ids)) == 5


@pytest.mark.parametrize(
    ("situation", "second", "asked"),
    [
        ("same shift", {}, False),
        ("same day, evening", {"at": NOON + timedelta(hours=11)}, False),
        ("next day by the clock of the city", {"at": NOON + timedelta(hours=12)}, True),
        ("another colleague", {"actor": OTHER}, True),
    ],
)
def test_the_purpose_is_asked_once_per_shift_and_person(situation, second, asked):
    person = wang()
    services.reveal(person_id=person.id, purpose=" 回访确认 ", act=act())
    if asked:
        with pytest.raises(Invalid) as refusal:
            services.reveal(person_id=person.id, purpose="", act=act(**second))
        assert refusal.value.code == "purpose_length" and Reveal.objects.count() == 1
    else:
        assert services.reveal(person_id=person.id, purpose="", act=act(**second))["phone"] == "13900000000"
        assert list(Reveal.objects.order_by("id").values_list("account", "purpose", "shift_date")) == [
            (11, "回访确认", date(2026, 11, 23)),
            (11, "回访确认", date(2026, 11, 23)),
        ]


def test_the_purpose_is_asked_for_each_person():
    first, second = wang(), wang(phone="13900000001")
    services.reveal(person_id=first.id, purpose="回访确认", act=act())
    with pytest.raises(Invalid):
        services.reveal(person_id=second.id, purpose="", act=act())
    assert Reveal.objects.count() == 1


@pytest.mark.parametrize("purpose", ["", "  ", "看", "看" * 201])
def test_a_purpose_must_be_given_in_words(purpose):
    person = wang()
    with pytest.raises(Invalid, match="purpose must have 2 to 200 characters"):
        services.reveal(person_id=person.id, purpose=purpose, act=act())
    assert Reveal.objects.count() == 0


def test_who_lacks_the_capability_sees_nothing_in_clear():
    person = wang()
    with pytest.raises(NotAllowed, match=r"parties\.person\.reveal"):
        services.reveal(person_id=person.id, purpose="回访确认", act=act(DEPARTMENT))
    with pytest.raises(NotAllowed, match=r"parties\.person\.erase"):
        services.erase(person_id=person.id, why="本人要求", act=act(DEPARTMENT))
    assert Reveal.objects.count() == 0 and Person.objects.get().phone_masked == "139****0000"


def test_an_unknown_person_is_not_found():
    for verb in (services.reveal, services.erase):
        with pytest.raises(NotFound, match="There is no person 5"):
            verb(person_id=5, act=act(), **({"purpose": "回访确认"} if verb is services.reveal else {"why": "本人要求"}))


@in_the_open
def test_erasing_removes_everything_and_keeps_the_row():
    person = wang()
    services.reveal(person_id=person.id, purpose="回访确认", act=act())
    services.erase(person_id=person.id, why="本人要求", act=act())
    row = Person.objects.get()
    assert (row.name_cipher, row.phone_cipher, row.phone_index, row.name_masked, row.phone_masked) == ("", "", None, "", "")
    assert (row.erased_at, row.erased_why) == (NOON, "本人要求")
    assert queries.masked([row.id]) == {row.id: {"id": row.id, "name": "", "phone": "", "erased": True}}
    assert queries.by_phone("13900000000") is None
    assert Reveal.objects.count() == 1
    with pytest.raises(Refused) as refusal:
        services.reveal(person_id=person.id, purpose="回访确认", act=act())
    assert refusal.value.code == "erased"
    with pytest.raises(Refused):
        services.erase(person_id=person.id, why="本人要求", act=act())
    assert wang().id != row.id


def test_erasing_needs_a_reason():
    person = wang()
    with pytest.raises(Invalid, match="why must have"):
        services.erase(person_id=person.id, why=" ", act=act())
    assert Person.objects.get().erased_at is None


def test_data_are_erased_the_day_after_they_are_needed():
    days = [date(2026, 11, 22), date(2026, 11, 23), None]
    kept = [wang(phone=f"1390000000{last}", keep_until=until) for last, until in enumerate(days)]
    assert services.erase_expired(act=act(SYSTEM)) == 1
    assert services.erase_expired(act=act(SYSTEM)) == 0
    assert list(Person.objects.order_by("id").values_list("id", "erased_why")) == [
        (kept[0].id, "保存期限 2026-11-22 已过"),
        (kept[1].id, ""),
        (kept[2].id, ""),
    ]


@in_the_open
def test_data_come_under_a_new_key_and_stay_readable(settings):
    keys = [base64.b64encode(bytes([number]) * 32).decode() for number in (1, 2)]
    settings.PERSONAL_KEY = f"1:{keys[0]}"
    both, nameless, phoneless = wang(), wang(name="", phone="13900000001"), wang(phone="")
    erased = wang(phone="13900000002")
    services.erase(person_id=erased.id, why="本人要求", act=act())
    settings.PERSONAL_KEY = f"1:{keys[0]},2:{keys[1]}"
    assert services.renew_ciphers(act=act(SYSTEM)) == 3
    assert services.renew_ciphers(act=act(SYSTEM)) == 0
    settings.PERSONAL_KEY = f"2:{keys[1]}"
    clear = [services.reveal(person_id=p.id, purpose="回访确认", act=act()) for p in (both, nameless, phoneless)]
    assert clear == [
        {"name": "王小明", "phone": "13900000000"},
        {"name": "", "phone": "13900000001"},
        {"name": "王小明", "phone": ""},
    ]


def test_the_same_credit_code_is_the_same_organisation():
    first = services.register_organisation(name="某某公司", credit_code="91350100M000100Y43", act=act())
    again = services.register_organisation(name="某某有限公司", credit_code="91350100m000100y43", act=act())
    assert again.id == first.id and Organisation.objects.get().name == "某某有限公司"
    assert queries.organisation_by_code("91350100M000100Y43").id == first.id
    assert queries.organisation_by_code("") is None
    shop = services.register_organisation(name="小卖部", credit_code="", act=act())
    assert Organisation.objects.get(id=shop.id).credit_code is None
    with pytest.raises(Invalid):
        services.register_organisation(name=" ", credit_code="", act=act())


@pytest.mark.parametrize(
    ("situation", "columns"),
    [
        ("erased but still masked", {"erased_at": NOON, "erased_why": "x", "name_masked": "王**"}),
        ("erased but still encrypted", {"erased_at": NOON, "erased_why": "x", "phone_cipher": "1.abc"}),
        ("erased but still found", {"erased_at": NOON, "erased_why": "x", "phone_index": "abc"}),
        ("erased without reason", {"erased_at": NOON}),
    ],
)
def test_the_database_keeps_no_half_erased_person(situation, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.create(source="hotline", **columns)


def test_the_database_keeps_no_reveal_without_purpose_and_no_short_credit_code():
    person = wang()
    with pytest.raises(IntegrityError), transaction.atomic():
        Reveal.objects.create(account=1, person=person, purpose="", shift_date=NOON.date(), at=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        Organisation.objects.create(name="某某公司", credit_code="123")

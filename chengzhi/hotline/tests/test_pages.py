"""The pages of the desk: in both languages, for those who may, with the words of refusal as data for the script."""

import pytest
from django.test import Client
from django.urls import reverse

from chengzhi.hotline import services
from chengzhi.hotline.models import Call, KnowledgePage, Ticket
from chengzhi.incidents.models import Incident
from chengzhi.organisation.models import Account
from tests.world import World


def signed_in(world: World, role: str = "acceptor", language: str = "zh-hans") -> Client:
    client = Client()
    client.force_login(Account.objects.get(pk=world.account(role).pk), backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["django_language"] = language
    return client


@pytest.mark.parametrize(("language", "word"), [("zh-hans", "诉求内容"), ("en", "What is asked")])
def test_the_desk_speaks_both_languages(world: World, language: str, word: str) -> None:
    services.ring(act=world.act("acceptor"), phone="13900000001", answered=True)
    page = signed_in(world, language=language).get(reverse("desk")).content.decode()
    assert word in page and "139****0001" in page


def test_the_desk_without_a_call_invites_to_take_one(world: World) -> None:
    assert "今天还没有来电" in signed_in(world).get(reverse("desk")).content.decode()


@pytest.mark.parametrize("name", ["desk", "knowledge", "knowledge_new"])
def test_a_post_without_the_right_sees_nothing(world: World, name: str) -> None:
    assert signed_in(world, "inspector").get(reverse(name)).status_code == 403


def test_a_registration_sent_twice_is_taken_once(world: World) -> None:
    row = services.ring(act=world.act("acceptor"), answered=True)
    typed = {"once": "key-1", "description": "垃圾", "class_code": "SJ0102 暴露垃圾", "address": "老粮站后面", "crs": "cgcs2000"}
    client = signed_in(world)
    urls = [
        client.post(reverse("desk_call", args=[row.pk, "register"]), typed, headers={"accept": "application/json"}).json()["url"]
        for _ in range(2)
    ]
    assert urls == [f"/desk/?call={row.pk}"] * 2
    assert (Incident.objects.count(), Ticket.objects.count()) == (1, 1)


def test_a_refusal_is_told_as_data_and_nothing_changes(world: World) -> None:
    row = services.ring(act=world.act("acceptor"), answered=True)
    answer = signed_in(world).post(
        reverse("desk_call", args=[row.pk, "register"]), {"description": "垃圾"}, headers={"accept": "application/json"}
    )
    assert (answer.status_code, "小类" in answer.json()["title"], Incident.objects.count()) == (422, True, 0)
    assert Call.objects.get(pk=row.pk).result == ""


@pytest.mark.parametrize("name", ["desk_suggest", "desk_places", "desk_knowledge"])
@pytest.mark.parametrize("typed", ["", "垃圾", "<script>", "\u202e", "％' OR 1=1", "x" * 3000])
def test_what_is_typed_never_breaks_a_suggestion(world: World, name: str, typed: str) -> None:
    answer = signed_in(world).get(reverse(name), {"description": typed, "address": typed, "q": typed})
    assert answer.status_code == 200 and "<script>" not in answer.content.decode()


def test_a_knowledge_page_is_written_and_a_refusal_keeps_the_words(world: World) -> None:
    client = signed_in(world)
    typed = {"question": "占道许可", "answer": "到窗口办理", "valid_from": "2026-01-01", "words": "", "valid_to": "", "unit": ""}
    refused = client.post(reverse("knowledge_new"), {**typed, "valid_from": "昨天"})
    assert (refused.status_code, "到窗口办理" in refused.content.decode(), KnowledgePage.objects.count()) == (422, True, 0)
    assert client.post(reverse("knowledge_new"), typed).status_code == 302
    page = KnowledgePage.objects.get()
    assert "占道许可" in client.get(reverse("knowledge_page", args=[page.pk])).content.decode()

"""Generated street pictures: quick, small, always the same, and marked as what they are."""

import io
import time

import pytest
from PIL import Image, ImageChops

from chengzhi.documents import pictures
from chengzhi.documents.placeholder import DEMO, REPLAY, SCENES, STAGES, street, street_picture
from chengzhi.kernel.problems import Invalid

LINES = ["2026-11-23 16:50  东城区解放路18号", "106.68412, 35.54312"]


def opened(content):
    return Image.open(io.BytesIO(content)).convert("RGB")


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("scene", SCENES)
def test_every_scene_is_a_small_jpeg_in_every_stage(scene, stage):
    content = street_picture(7, scene, stage, LINES)
    assert opened(content).size == (800, 600) and len(content) < 60_000
    assert pictures.inspect(content, "x").mime == "image/jpeg"


def test_the_ten_scenes_are_known():
    assert list(SCENES) == ["garbage", "stall", "ads", "manhole", "light", "road", "tree", "bike", "water", "other"]


@pytest.mark.parametrize("scene", SCENES)
def test_the_stages_of_a_place_differ_and_the_problem_is_gone_afterwards(scene):
    before, after, check = (opened(street_picture(7, scene, stage, LINES)) for stage in STAGES)
    ground = (0, 300, 800, 520)
    assert ImageChops.difference(before.crop(ground), after.crop(ground)).getbbox() is not None
    assert ImageChops.difference(after, check).getbbox() is not None


def test_the_same_arguments_give_the_same_bytes():
    assert street_picture("20261123-17", "bike", "before", LINES) == street_picture("20261123-17", "bike", "before", LINES)


def test_two_places_are_never_taken_for_the_same_picture():
    found = [pictures.inspect(street_picture(seed, "garbage", "before", LINES), "x").phash for seed in range(150)]
    assert len(set(found)) == 150


def test_a_picture_is_drawn_in_less_than_25_milliseconds():
    street_picture(0, "garbage", "before", LINES)
    spent = []
    for seed in range(20):
        started = time.process_time()  # of this process alone: what else the machine does must not fail the test
        street_picture(seed, "garbage", "check", LINES)
        spent.append(time.process_time() - started)
    assert sorted(spent)[len(spent) // 2] < 0.025


@pytest.mark.parametrize("mark", [DEMO, REPLAY])
def test_the_mark_stands_in_the_corner(mark):
    red = opened(street_picture(7, "garbage", "before", LINES, mark=mark)).getpixel((790 - 10, 55))
    assert red[0] > 140 and red[1] < 80


def test_without_a_chinese_font_the_caption_is_plain(monkeypatch):
    monkeypatch.setattr(street, "_chinese", lambda size: None)
    for mark in (DEMO, REPLAY, "别的"):
        assert opened(street_picture(7, "garbage", "before", LINES, mark=mark)).size == (800, 600)
    assert street._readable(DEMO, 20)[0] == "DEMO" and street._readable("路18", 20)[0] == "?18"


@pytest.mark.parametrize(("scene", "stage", "field"), [("cloud", "before", "scene"), ("tree", "report", "stage")])
def test_an_unknown_scene_or_stage_is_named(scene, stage, field):
    with pytest.raises(Invalid) as refusal:
        street_picture(1, scene, stage, [])
    assert refusal.value.code == f"{field}_unknown" and refusal.value.zh.startswith(f"{field}“")


def test_a_picture_without_caption_is_drawn_too():
    assert opened(street_picture(1, "tree", "after", [])).size == (800, 600)

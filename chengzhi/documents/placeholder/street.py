"""Draws a street with a problem in it, or with the problem dealt with, and burns time and place into the picture."""

import functools
import io
from collections.abc import Sequence
from pathlib import Path
from random import Random

from PIL import Image, ImageDraw, ImageFont

from chengzhi.documents.placeholder.objects import BRIGHT, SCENES, Draw
from chengzhi.kernel.problems import Invalid

WIDTH, HEIGHT = 800, 600
BASE, KERB = 372, 440  # where the houses stand; where the pavement ends
STAGES = ("before", "after", "check")
DEMO, REPLAY = "演示", "回放占位图"
WITHOUT_CHINESE = {DEMO: "DEMO", REPLAY: "REPLAY PLACEHOLDER"}
FONTS = (
    "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/google-noto-cjk/NotoSansCJK-Regular.ttc",
    "/usr/share/fonts/truetype/noto/NotoSansCJK-Regular.ttc",
)
SKIES = [("#8fb7de", "#dcebf5"), ("#a9b4bd", "#dfe3e4"), ("#7ea6cc", "#f1e3cc"), ("#b9c6d1", "#eef0ee"), ("#6f9fd0", "#cfe2f2")]
WALLS = ["#c9b79c", "#b5a48e", "#a7aeb3", "#d5cfc2", "#a9705a", "#8f9aa3", "#bfae7e", "#7f8b86", "#cfd6da", "#94705f"]
LINE, MARGIN = 30, 12

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


def street_picture(seed: int | str, scene: str, stage: str, caption_lines: Sequence[str], *, mark: str = DEMO, shot: int = 0) -> bytes:
    """Return a JPEG of 800×600, always the same for the same arguments.

    `before` shows the problem, `after` the same place at another time with the problem dealt with, `check` the same from another side.
    Each further `shot` is taken from a step aside, so that no two of them are alike.
    `mark` stands in the corner, so that nobody takes the picture for a real one. Raises Invalid for an unknown scene or stage.
    """
    _one_of("scene", scene, tuple(SCENES))
    _one_of("stage", stage, STAGES)
    place, moment = Random(f"{seed}"), Random(f"{seed} {stage} {shot}" if shot else f"{seed} {stage}")  # noqa: S311  (pictures, not secrets)
    picture = Image.new("RGB", (WIDTH, HEIGHT))
    draw = ImageDraw.Draw(picture)
    _sky(draw, *moment.choice(SKIES))
    _houses(draw, place)
    _ground(draw, place)
    SCENES[scene](draw, place.uniform(250, 550), KERB - 12, stage == "before", Random(f"{seed} {scene}"))  # noqa: S311
    if stage == "check":
        picture = _from_another_side(picture, moment)
    if shot:
        picture = _from_a_step_aside(picture, moment)
    _captions(picture, caption_lines, mark)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=78)
    return out.getvalue()


def _one_of(field: str, value: str, known: Sequence[str]) -> None:
    if value not in known:
        raise Invalid(
            f"{field}“{value}”未知，可用：{'、'.join(known)}。",
            f"{field} “{value}” is unknown; usable: {', '.join(known)}.",
            code=f"{field}_unknown",
        )


def _sky(draw: Draw, top: str, bottom: str) -> None:
    first, last = _rgb(top), _rgb(bottom)
    for y in range(0, BASE, 4):
        share = y / BASE
        colour = tuple(round(a + (b - a) * share) for a, b in zip(first, last, strict=True))
        draw.rectangle((0, y, WIDTH, y + 3), fill=colour)


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _houses(draw: Draw, chance: Random) -> None:
    x = -chance.uniform(0, 80)
    while x < WIDTH:
        width, height = chance.uniform(80, 190), chance.uniform(110, 340)
        wall = chance.choice(WALLS)
        draw.rectangle((x, BASE - height, x + width, BASE), fill=wall, outline="#5c574f")
        _windows(draw, x, width, height, chance)
        _shop(draw, x, width, chance)
        x += width + (chance.uniform(20, 70) if chance.random() < 0.3 else 0)
    for _ in range(chance.randint(1, 3)):
        _street_tree(draw, chance.uniform(30, WIDTH - 30), chance)


def _windows(draw: Draw, x: float, width: float, height: float, chance: Random) -> None:
    glass = chance.choice(["#5f7485", "#46586a", "#8ca0ad"])
    top = BASE - height + 18
    while top < BASE - 100:
        left = x + 14
        while left < x + width - 24:
            draw.rectangle((left, top, left + 18, top + 24), fill=glass)
            left += 32
        top += 44


def _shop(draw: Draw, x: float, width: float, chance: Random) -> None:
    draw.rectangle((x + 6, BASE - 56, x + width - 6, BASE), fill=chance.choice(["#3d464d", "#56606a", "#6d5b4b"]))
    draw.rectangle((x + 4, BASE - 78, x + width - 4, BASE - 56), fill=chance.choice(BRIGHT))


def _street_tree(draw: Draw, x: float, chance: Random) -> None:
    draw.rectangle((x - 6, BASE - 90, x + 6, BASE + 22), fill="#6b4d33")
    for _ in range(9):
        dx, dy, size = chance.uniform(-46, 46), chance.uniform(-80, 10), chance.uniform(46, 76)
        draw.ellipse(
            (x + dx - size / 2, BASE - 110 + dy - size / 2, x + dx + size / 2, BASE - 110 + dy + size / 2),
            fill=chance.choice(["#4f7d42", "#5d8c4c", "#426b38"]),
        )


def _ground(draw: Draw, chance: Random) -> None:
    paving = chance.choice(["#b9b3a8", "#a8a49c", "#c2b6a3"])
    draw.rectangle((0, BASE, WIDTH, KERB), fill=paving)
    away = chance.uniform(250, 550)
    for step in range(-12, 32):
        bottom = step * 44
        draw.line((away + (bottom - away) * 0.72, BASE, bottom, KERB), fill="#928d83")
    for y in (BASE + 14, BASE + 34, BASE + 58):
        draw.line((0, y, WIDTH, y), fill="#928d83")
    draw.rectangle((0, KERB, WIDTH, KERB + 12), fill="#d3d0c9")
    draw.rectangle((0, KERB + 12, WIDTH, HEIGHT), fill=chance.choice(["#4b4d51", "#55565a", "#434549"]))
    for _ in range(10):  # old patches; they also let the fingerprints of two streets differ
        left, top = chance.uniform(-60, WIDTH), chance.uniform(KERB + 12, HEIGHT)
        draw.rectangle(
            (left, top, left + chance.uniform(60, 200), top + chance.uniform(10, 60)), fill=chance.choice(["#3d3f43", "#5f6165", "#4f5155"])
        )
    shift = chance.uniform(0, 140)
    for place in range(-1, 7):
        left = place * 140 + shift
        draw.polygon([(left, 548), (left + 70, 548), (left + 62, 558), (left - 10, 558)], fill="#e4e2da")


def _from_another_side(picture: Image.Image, chance: Random) -> Image.Image:
    left, top = chance.uniform(0, 90), chance.uniform(55, 75)
    nearer = picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, (left, top, left + 700, top + 525))
    return nearer.transpose(Image.Transpose.FLIP_LEFT_RIGHT)


def _from_a_step_aside(picture: Image.Image, chance: Random) -> Image.Image:
    left, top, width = chance.uniform(0, 200), chance.uniform(0, 100), chance.uniform(520, 600)
    return picture.resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, (left, top, left + width, top + width * HEIGHT / WIDTH))


def _captions(picture: Image.Image, lines: Sequence[str], mark: str) -> None:
    draw = ImageDraw.Draw(picture)
    if lines:
        top = HEIGHT - LINE * len(lines) - MARGIN
        strip = picture.crop((0, top, WIDTH, HEIGHT)).point(lambda value: value // 5)
        picture.paste(strip, (0, top))
        for place, line in enumerate(lines):
            text, font = _readable(line, 22)
            draw.text((MARGIN + 4, top + MARGIN // 2 + place * LINE), text, font=font, fill="white")
    text, font = _readable(mark, 26)
    width = draw.textlength(text, font=font)
    draw.rectangle((WIDTH - width - 44, 16, WIDTH - 16, 60), fill="#b3261e")
    draw.text((WIDTH - width - 30, 20), text, font=font, fill="white")


def _readable(text: str, size: int) -> "tuple[str, Font]":
    font = _chinese(size)
    if font is not None:
        return text, font
    plain = WITHOUT_CHINESE.get(text) or text.encode("ascii", "replace").decode()
    return plain, ImageFont.load_default(size)


@functools.cache
def _chinese(size: int) -> ImageFont.FreeTypeFont | None:
    """Return a font with Chinese signs, or None where there is none."""
    path = next((path for path in FONTS if Path(path).exists()), None)
    return ImageFont.truetype(path, size, index=2) if path else None

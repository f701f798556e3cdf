"""What stands in a generated street: one drawing per scene, with the problem present or dealt with.

Each drawing is given the point on the ground where the thing stands (x, y), whether the problem is there, and its own source of chance.
"""

import math
from collections.abc import Callable
from random import Random

from PIL import ImageDraw

Draw = ImageDraw.ImageDraw
Drawing = Callable[[Draw, float, float, bool, Random], None]

DARK, STEEL, RUST = "#2b2d31", "#7b8088", "#8a5a3b"
BRIGHT = ["#c8452f", "#2f6fb5", "#d99a2b", "#3d8f5a", "#7b4fa0", "#d8d3c4"]


def _box(draw: Draw, x: float, y: float, width: float, height: float, fill: str, outline: str | None = None) -> None:
    """Draw a box that stands on y with its middle at x."""
    draw.rectangle((x - width / 2, y - height, x + width / 2, y), fill=fill, outline=outline)


def _blob(draw: Draw, x: float, y: float, width: float, height: float, fill: str) -> None:
    draw.ellipse((x - width / 2, y - height / 2, x + width / 2, y + height / 2), fill=fill)


def _garbage(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """Bags and boxes heaped beside a bin; dealt with: the bin alone."""
    _box(draw, x, y, 56, 88, "#3b6b4c", "#24452f")
    _box(draw, x, y - 80, 62, 12, "#2f573e")
    for _ in range(11 if present else 0):
        dx, dy = chance.uniform(-110, 110), chance.uniform(-6, 34)
        if chance.random() < 0.35:
            _box(draw, x + dx, y + dy, chance.uniform(28, 46), chance.uniform(22, 40), chance.choice(["#b08a58", "#9c7746"]), "#6b4f2c")
        else:
            _blob(draw, x + dx, y + dy - 14, chance.uniform(34, 56), chance.uniform(28, 44), chance.choice([DARK, "#3a3f46", "#d9d9d2"]))


def _stall(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """A cart with goods under an umbrella; dealt with: the free pavement."""
    if not present:
        return
    colour = chance.choice(BRIGHT)
    _box(draw, x, y - 70, 6, 110, STEEL)
    draw.pieslice((x - 105, y - 230, x + 105, y - 110), 180, 360, fill=colour)
    for part in range(-2, 3):
        draw.pieslice((x + part * 42 - 21, y - 190, x + part * 42 + 21, y - 150), 180, 360, fill="#f1ead8" if part % 2 else colour)
    _box(draw, x, y - 18, 170, 52, "#a6793f", "#5f4322")
    for place in range(9):
        _blob(draw, x - 72 + place * 18, y - 76, 18, 18, chance.choice(["#d2452d", "#e0a42c", "#6b9b3a"]))
    for dx in (-60, 60):
        _blob(draw, x + dx, y - 10, 34, 34, DARK)
        _blob(draw, x + dx, y - 10, 14, 14, STEEL)


def _ads(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """Paper stuck all over a switch box; dealt with: the clean box with some scraped spots."""
    _box(draw, x, y, 130, 190, "#8f9c8d", "#59645a")
    draw.line((x, y - 186, x, y - 4), fill="#59645a", width=3)
    for _ in range(15 if present else 0):
        width, height = chance.uniform(24, 44), chance.uniform(20, 54)
        left, top = x + chance.uniform(-62, 60 - width), y - chance.uniform(60, 182)
        draw.rectangle(
            (left, top, left + width, top + height), fill=chance.choice(["#f3ead0", "#ffffff", "#e9c95a", "#e8a4a0"]), outline="#9b9b93"
        )
        for line in range(3):
            draw.line((left + 4, top + 5 + line * 5, left + width - 4, top + 5 + line * 5), fill="#7a2d26")
    for _ in range(0 if present else 4):
        _blob(draw, x + chance.uniform(-45, 45), y - chance.uniform(60, 160), 26, 12, "#9aa798")


def _manhole(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """An open hole with the cover beside it; dealt with: the cover in its place."""
    y += 70
    _blob(draw, x, y, 150, 62, "#4a4c50")
    if present:
        _blob(draw, x, y, 130, 50, "#0c0d0f")
        draw.arc((x - 65, y - 25, x + 65, y + 25), 200, 340, fill="#7c6f60", width=6)
        side = chance.choice([-1, 1])
        _blob(draw, x + side * 145, y + 6, 120, 34, "#5e6066")
        return
    _blob(draw, x, y, 134, 52, "#6b6e74")
    for line in range(-3, 4):
        half = math.sqrt(max(0.0, 1 - (line / 4) ** 2)) * 60
        draw.line((x - half, y + line * 6, x + half, y + line * 6), fill="#54575c", width=2)


def _light(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """A street light that is dark and bent; dealt with: upright and lit."""
    lean = chance.choice([-1, 1]) * chance.uniform(40, 75) if present else 0.0
    top = (x + lean, y - 330)
    draw.line((x, y, *top), fill="#565b62", width=10)
    _box(draw, x, y, 26, 22, "#41454b")
    arm = (top[0] + 74, top[1] - 14 + abs(lean) / 2)
    draw.line((*top, *arm), fill="#565b62", width=7)
    if present:
        _blob(draw, arm[0], arm[1] + 6, 54, 18, "#2d2f33")
        return
    for size, fill in ((130, "#f7ecc4"), (84, "#fdf4cf"), (50, "#fffbe6")):
        _blob(draw, arm[0], arm[1] + 8, size, size * 0.6, fill)
    _blob(draw, arm[0], arm[1] + 2, 54, 14, "#565b62")


def _road(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """A pothole with cracks; dealt with: a patch of new asphalt."""
    y += 80
    if not present:
        draw.polygon([(x - 120, y - 30), (x + 110, y - 34), (x + 135, y + 34), (x - 140, y + 38)], fill="#26272a")
        return
    points = []
    for step in range(14):
        turn = step * math.tau / 14
        points.append((x + math.cos(turn) * chance.uniform(70, 120), y + math.sin(turn) * chance.uniform(20, 36)))
    draw.polygon(points, fill="#3b352e", outline="#1e1b18")
    _blob(draw, x + 8, y + 6, 100, 24, "#59636b")
    for _ in range(5):
        turn = chance.uniform(0, math.tau)
        near = (x + math.cos(turn) * 90, y + math.sin(turn) * 28)
        draw.line((*near, near[0] + math.cos(turn) * 70, near[1] + math.sin(turn) * 26), fill="#222326", width=3)


def _tree(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """A tree fallen across the pavement; dealt with: a sawn stump."""
    _box(draw, x, y, 34, 26, "#6e4e30")
    if not present:
        _blob(draw, x, y - 26, 34, 12, "#c9a878")
        return
    side = chance.choice([-1, 1])
    draw.line((x, y - 16, x + side * 150, y + 14), fill="#5d4128", width=24)
    for _ in range(26):
        _blob(
            draw,
            x + side * chance.uniform(110, 260),
            y + chance.uniform(-60, 40),
            chance.uniform(36, 66),
            chance.uniform(28, 48),
            chance.choice(["#3f6b35", "#4d7f3f", "#35592d"]),
        )


def _bicycle(draw: Draw, x: float, y: float, colour: str, lying: bool) -> None:
    flat = 0.45 if lying else 1.0
    for dx in (-28, 28):
        draw.ellipse((x + dx - 20, y - 40 * flat, x + dx + 20, y), outline=DARK, width=4)
    frame = [(x - 28, y - 20 * flat), (x - 8, y - 52 * flat), (x + 20, y - 52 * flat), (x + 28, y - 20 * flat), (x, y - 18 * flat)]
    draw.line([*frame, frame[0]], fill=colour, width=5)
    draw.line((x + 20, y - 52 * flat, x + 24, y - 68 * flat), fill=DARK, width=4)
    draw.line((x - 16, y - 60 * flat, x, y - 60 * flat), fill=DARK, width=5)


def _bike(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """Shared bicycles thrown together; dealt with: three of them in a row."""
    colour = chance.choice(["#2f86c9", "#e0b52b", "#4aa564"])
    if not present:
        for place in range(3):
            _bicycle(draw, x - 110 + place * 110, y, colour, lying=False)
        return
    for _ in range(9):
        _bicycle(draw, x + chance.uniform(-130, 130), y + chance.uniform(-14, 44), colour, lying=chance.random() < 0.6)


def _water(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """Water standing on the road over a blocked drain; dealt with: the free drain."""
    y += 76
    for _ in range(9 if present else 0):
        _blob(draw, x + chance.uniform(-130, 130), y + chance.uniform(-14, 22), chance.uniform(150, 260), chance.uniform(28, 46), "#7d93a3")
    for _ in range(6 if present else 0):
        left = x + chance.uniform(-160, 100)
        draw.line((left, y + chance.uniform(-16, 26), left + 60, y + chance.uniform(-16, 26)), fill="#b9cad6", width=2)
    if not present:
        _box(draw, x, y + 18, 120, 36, "#3a3c40", "#1f2023")
        for bar in range(-5, 6):
            draw.line((x + bar * 10, y - 14, x + bar * 10, y + 14), fill="#6d7076", width=3)


def _other(draw: Draw, x: float, y: float, present: bool, chance: Random) -> None:
    """Building rubble behind a barrier; dealt with: the swept place."""
    if not present:
        _blob(draw, x, y + 8, 220, 26, "#a9a49a")
        return
    for _ in range(22):
        _box(
            draw,
            x + chance.uniform(-110, 110),
            y + chance.uniform(-18, 24),
            chance.uniform(16, 44),
            chance.uniform(12, 34),
            chance.choice([RUST, "#9b8f80", "#7a7168", "#b3a594"]),
        )
    for dx in (-70, 70):
        _box(draw, x + dx, y + 34, 8, 90, STEEL)
    for stripe in range(8):
        _box(draw, x - 84 + stripe * 24, y - 30, 24, 22, "#d23c2a" if stripe % 2 else "#f3f1ea")


SCENES: dict[str, Drawing] = {
    "garbage": _garbage,
    "stall": _stall,
    "ads": _ads,
    "manhole": _manhole,
    "light": _light,
    "road": _road,
    "tree": _tree,
    "bike": _bike,
    "water": _water,
    "other": _other,
}

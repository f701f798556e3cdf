"""Takes the pictures of docs/officers again: the journey over every screen makes them, the few that are shown are made small.

`make pictures`, or `python -m scripts.pictures FOLDER` with a folder that the journey has already filled.
"""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
SHOWN = ROOT / "docs" / "pictures" / "officers"
DESKS = ("my-work", "desk", "case", "bench", "requests", "board", "leader", "settings", "staff")
PHONES = ("phone", "citizen-report", "citizen-follow")
MOST_BYTES = 60_000
COLOURS = (256, 192, 128, 96, 64, 32)


def small(picture: Image.Image) -> bytes:
    """Return a picture as a PNG with a palette, with as many colours as fit; raises ValueError when even few do not."""
    for colours in COLOURS:
        out = io.BytesIO()
        # The cut of most coverage keeps rare colours: those of the lights.
        few = picture.convert("RGB").quantize(colours, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(out, "PNG", optimize=True)
        if out.tell() <= MOST_BYTES:
            return out.getvalue()
    raise ValueError(f"a picture of {picture.size} does not fit into {MOST_BYTES} bytes")


def keep(folder: Path) -> None:
    """Keep the shown pictures of a folder, small."""
    SHOWN.mkdir(parents=True, exist_ok=True)
    for name, width in [*((one, 1366) for one in DESKS), *((one, 390) for one in PHONES)]:
        with Image.open(folder / f"{name}-zh-{width}.png") as picture:
            (SHOWN / f"{name}.png").write_bytes(small(picture))


def main() -> None:
    """Run the journey into a temporary folder, unless a filled one is named, and keep what is shown."""
    if len(sys.argv) > 1:
        keep(Path(sys.argv[1]))
        return
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/journeys/test_every_screen.py"]
        subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, "CHENGZHI_PICTURES": folder})
        keep(Path(folder))


if __name__ == "__main__":
    main()

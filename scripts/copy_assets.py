"""Copies the few front-end files that the pages use from node_modules into the static folder; nothing is bundled."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "chengzhi" / "site" / "assets" / "vendor"
LINES = 'fill="none" stroke="currentColor" stroke-width="1.75" stroke-linecap="round" stroke-linejoin="round"'
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "maplibre-gl/dist/maplibre-gl.mjs": "maplibre-gl.mjs",
    "maplibre-gl/dist/maplibre-gl-worker.mjs": "maplibre-gl-worker.mjs",
    "maplibre-gl/dist/maplibre-gl.css": "maplibre-gl.css",
}
# The maps of the sources are not copied; a comment that names them would stop the fingerprinting of static files.
SOURCE_MAP = re.compile(r"(/\*|//)[#@] sourceMappingURL=\S+?\.map(\s*\*/)?\s*$")


def copy(source: Path, target: Path) -> None:
    """Copy one file without its reference to a source map."""
    target.write_text(SOURCE_MAP.sub("", source.read_text(encoding="utf-8")), encoding="utf-8")


def symbol(name: str) -> str:
    """Return one icon as a symbol of the sprite."""
    source = MODULES / "@tabler" / "icons" / "icons" / "outline" / f"{name}.svg"
    if not source.exists():
        raise SystemExit(f"scripts/icons.txt names {name!r}, which is not among {source.parent}/*.svg. Correct the name.")
    body = source.read_text(encoding="utf-8").partition(">")[2].rpartition("</svg>")[0]
    body = re.sub(r"\s*<path stroke=\"none\" d=\"M0 0h24v24H0z\" fill=\"none\" />", "", body)
    return f'<symbol id="{name}" viewBox="0 0 24 24" {LINES}>{" ".join(body.split())}</symbol>'


def sprite() -> str:
    """Return all icons that the pages use as one SVG file."""
    lines = (ROOT / "scripts" / "icons.txt").read_text(encoding="utf-8").splitlines()
    names = [line.strip() for line in lines if line.strip() and not line.startswith("#")]
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbol(name) for name in names) + "</svg>\n"


def main() -> None:
    """Make the folder anew."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    for source, name in FILES.items():
        copy(MODULES / source, VENDOR / name)
    (VENDOR / "icons.svg").write_text(sprite(), encoding="utf-8")


if __name__ == "__main__":
    main()

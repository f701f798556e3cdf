"""A file that is served has one address, also where another file imports it."""

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from chengzhi.site.static_files import OneAddressStorage

IMPORTED = re.compile(r"""(?:import|from)\s*["']\./([\w-]+)\.([\w.]*)js["']""")


def test_a_module_is_imported_by_the_address_that_pages_give_it(tmp_path: Path, settings) -> None:
    settings.DEBUG = False
    storage = OneAddressStorage(location=str(tmp_path))
    found = {}
    for finder in finders.get_finders():
        for name, place in finder.list(["*.mjs", "*.map"]):
            if name.startswith(("site/", "incidents/")) and name.endswith(".js"):
                found[name] = (place, name)
    for name, (place, path) in found.items():
        storage.save(name, place.open(path))
    assert all(processed is not None for _, processed, _ in storage.post_process(found))
    seen = 0
    for name in found:
        text = (tmp_path / storage.stored_name(name)).read_text(encoding="utf-8")
        for stem, digest in IMPORTED.findall(text):
            seen += 1
            assert storage.stored_name(f"{name.rpartition('/')[0]}/{stem}.js").endswith(f"/{stem}.{digest}js"), f"{name} imports {stem}"
            assert digest, f"{name} imports {stem} by its plain name"
    assert seen > 20

"""How much the first page weighs: the page itself with all styles and scripts that it names, compressed."""

import gzip
import re

from benchmarks import serving
from benchmarks.client import request
from benchmarks.report import Row
from benchmarks.works import Bench

FIRST = "/sign-in"
MOST_KB = 150
LINKED = re.compile(r'<(?:link[^>]+href|script[^>]+src)="(/static/[^"]+)"')


def first_page(bench: Bench) -> None:
    """Add up the bytes of the sign-in page and of what it links; maps come with later pages."""
    status, body = serving.once(bench.port, request("GET", FIRST))
    if status != 200:
        bench.table.faults.append(f"first page: {FIRST} answers {status}")
        return
    bytes_, missing = len(gzip.compress(body)), 0
    for path in dict.fromkeys(LINKED.findall(body.decode())):
        status, content = serving.once(bench.port, request("GET", path, Accept_Encoding="gzip"))
        bytes_ += len(content) if status == 200 else 0
        missing += status != 200
    shown = f"{bytes_ / 1000:.0f} kB" + (f", {missing} files missing" if missing else "")
    bench.table.add(Row("first page, compressed", shown=shown, limit=f"< {MOST_KB} kB", within=bytes_ < MOST_KB * 1000 and not missing))

"""Adds up several test runs and prints the line of counts; a skipped test or a missing run is a failure to test."""

import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path


def count(report: Path) -> tuple[int, int, int]:
    """Return how many tests of one run passed, failed and were skipped; a run that left no report has failed once."""
    if not report.exists():
        print(f"There is no result of the run {report.stem}.")
        return 0, 1, 0
    passed = failed = skipped = 0
    for case in ElementTree.parse(report).iter("testcase"):  # noqa: S314  (written by our own run a moment ago)
        if case.find("failure") is not None or case.find("error") is not None:
            failed += 1
            print(f"Failed on {report.stem}: {case.get('classname')}.{case.get('name')}")
        elif case.find("skipped") is not None:
            skipped += 1
            print(f"Skipped on {report.stem}: {case.get('classname')}.{case.get('name')}")
        else:
            passed += 1
    if passed + failed == 0:
        print(f"The run {report.stem} had no test.")
        failed += 1
    return passed, failed, skipped


def main(reports: list[str]) -> int:
    """Print the counts and return the exit code."""
    passed, failed, skipped = (sum(column) for column in zip(*(count(Path(report)) for report in reports), strict=True))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or skipped else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

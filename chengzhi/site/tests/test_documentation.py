"""The generated pages say what the code says, and staleness is found."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from chengzhi.kernel import feed
from chengzhi.kernel.problems import Invalid
from chengzhi.kernel.rules import RULES
from chengzhi.kernel.workflow import KINDS
from chengzhi.site import documentation, env

NAMES = ["floors.md", "states.md", "rules.md", "events.md", "capabilities.md", "access.md", "settings.md", "openapi.json"]


def test_pages_are_written_once_and_a_changed_one_is_stale(tmp_path: Path) -> None:
    assert documentation.write(tmp_path) == NAMES
    assert documentation.stale(tmp_path) == []
    (tmp_path / "rules.md").write_text("something else")
    (tmp_path / "events.md").unlink()
    assert documentation.stale(tmp_path) == ["rules.md", "events.md"]
    assert documentation.write(tmp_path) == ["rules.md", "events.md"]
    assert documentation.write(tmp_path) == []


def test_every_rule_state_step_and_variable_stands_on_its_page() -> None:
    made = documentation.pages()
    wanted = {
        "rules.md": list(RULES),
        "states.md": [name for kind in KINDS.values() for name in (*kind.states, *kind.steps, *kind.clocks)],
        "settings.md": list(env.VARIABLES),
        "events.md": list(feed.EVENTS),
    }
    for page, names in wanted.items():
        assert [name for name in names if f"`{name}`" not in made[page]] == [], page


def test_no_page_names_a_path_of_this_machine() -> None:
    assert [name for name, text in documentation.pages().items() if str(env.ROOT) in text] == []


def test_an_event_without_description_stops_with_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    @dataclass(frozen=True)
    class Silent:
        matter_id: int

    monkeypatch.setitem(feed.EVENTS, "site.Silent", Silent)
    with pytest.raises(Invalid, match=r"The event site\.Silent has no description"):
        documentation.events()


def test_a_table_keeps_its_columns_whatever_stands_in_them() -> None:
    assert documentation.table(("a", "b"), [("x|y", "1\n2")]) == "| a | b |\n| --- | --- |\n| x\\|y | 1 2 |\n"

"""The command line names its commands, and answers wrong use with one sentence in each language."""

import json
import os
import subprocess
import sys

import pytest

from chengzhi.kernel.rules import RULES
from chengzhi.site import cli, finding

COMMANDS = ["deadline", "demo", "docs", "import", "migrate", "replay", "serve", "trail", "where", "worker"]
LINES = finding.lines()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_lists_each_command_with_one_line(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    lines = [line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines() if line.startswith("  ")]
    sentences = {line[0]: line[1] for line in lines if len(line) == 2}
    assert sentences[command].endswith(".")


@pytest.mark.parametrize(
    ("given", "hint"),
    [("sevre", "There is no command “sevre”. Did you mean serve?"), ("qqqq", "There is no command “qqqq”. See chengzhi --help.")],
)
def test_an_unknown_command_is_one_sentence(given: str, hint: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([given]) == 2
    assert capsys.readouterr().err.splitlines()[1] == hint


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve", "--port", "70000"], "--port must be from 1 to 65535, but is 70000."),
        (["serve", "--workers", "0"], "--workers must be from 1 to 64, but is 0."),
        (["where", "no", "such", "thing"], "No rule or step contains “no such thing”; try another word."),
    ],
)
def test_a_refused_command_is_one_sentence_and_exit_code_two(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == 2
    assert capsys.readouterr().err.splitlines()[1] == sentence


@pytest.mark.parametrize(
    ("number", "chinese"),
    [(0, "零"), (7, "七"), (10, "十"), (42, "四十二"), (105, "一百零五"), (110, "一百一十"), (230, "二百三十")],
)
def test_articles_are_written_as_law_writes_them(number: int, chinese: str) -> None:
    assert finding.chinese_number(number) == chinese


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_is_found_by_its_code_sentences_and_article(code: str) -> None:
    rule = RULES[code]
    for word in (code, rule.zh, rule.en, rule.en.upper(), rule.source.article):
        assert code in [found.code for found in finding.matching(word)], word


@pytest.mark.parametrize("code", sorted(RULES))
def test_every_rule_is_needed_and_has_a_test(code: str) -> None:
    place = finding.place_of(RULES[code], LINES)
    assert place.steps or place.uses, f"{code} is needed by nothing: name it in the row that needs it, or remove it."
    assert place.tests, f"{code} has no test that names it."


@pytest.mark.parametrize(
    ("word", "text", "found"),
    [
        ("42", "行政处罚法第四十二条", True),
        ("article 42", "行政处罚法第四十二条", True),
        ("第42条", "行政处罚法第四十二条", True),
        ("42", "行政处罚法第四十三条", False),
        ("Cannot Sign", "an officer cannot sign", True),
        ("不得签字", "无证人员不得签字", True),
        ("不得签字", "可以签字", False),
    ],
)
def test_a_word_is_found_in_all_its_forms(word: str, text: str, found: bool) -> None:
    assert finding.matches(word, text) is found


def test_where_answers_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = sorted(RULES)[0]
    assert cli.main(["where", code, "--json"]) == 0
    row = json.loads(capsys.readouterr().out)["rules"][0]
    assert (row["code"], row["zh"], row["en"]) == (code, RULES[code].zh, RULES[code].en)
    assert (finding.env.ROOT / row["file"]).exists()


def test_a_database_without_tables_is_one_sentence_that_names_the_command(tmp_path):
    environment = {**os.environ, "CHENGZHI_VAR": str(tmp_path), "CHENGZHI_DATABASE": ""}
    done = subprocess.run([sys.executable, "-m", "chengzhi.site.cli", "trail", "verify"], env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stderr.count("\n"), "chengzhi migrate" in done.stderr) == (2, 1, True)

"""House rules about the text of files: length, templates, silenced or unfinished code."""

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath

from tests.house.sources import Finding, HouseRule

MOST_LINES = 400
WRITTEN_BY_HAND = {".py", ".js", ".mjs", ".css", ".html", ".sh"}
LATIN_TEXT = re.compile(r">([^<>{}]*[A-Za-z]{3,}[^<>{}]*)<")
TAG_OR_COMMENT = re.compile(
    r"\{#.*?#\}|\{%\s*comment.*?endcomment\s*%\}|<!--.*?-->|\{%.*?%\}|\{\{.*?\}\}|<(script|style)\b.*?</\1>", re.DOTALL
)
TRANSLATED = re.compile(r"\{%\s*blocktrans(?:late)?\b.*?endblocktrans(?:late)?\s*%\}", re.DOTALL)


def lines_with(pattern: str, what: str, flags: re.RegexFlag = re.IGNORECASE) -> Callable[[PurePosixPath, str], Iterable[Finding]]:
    """Return a finder of a pattern anywhere in a text."""
    compiled = re.compile(pattern, flags)

    def find(_path: PurePosixPath, source: str) -> Iterable[Finding]:
        return [(source.count("\n", 0, hit.start()) + 1, f"{what}: {hit[0].strip()[:80]}") for hit in compiled.finditer(source)]

    return find


def find_long_files(_path: PurePosixPath, source: str) -> Iterable[Finding]:
    """Find files over the limit."""
    count = len(source.splitlines())
    return [(count, f"has {count} lines")] if count > MOST_LINES else []


def find_untranslated(_path: PurePosixPath, source: str) -> Iterable[Finding]:
    """Find words of a page that stand outside the catalogue."""
    bare = TRANSLATED.sub(_same_lines, source)
    bare = TAG_OR_COMMENT.sub(_same_lines, bare)
    hits = [*LATIN_TEXT.finditer(bare), *re.finditer(r"[\u4e00-\u9fff]+", bare)]
    return [
        (bare.count("\n", 0, hit.start()) + 1, f"text outside the catalogue: {hit[0].strip('<> ').strip()[:60]}") for hit in hits
    ]


def _same_lines(hit: "re.Match[str]") -> str:
    return "\n" * hit[0].count("\n")


def is_template(path: PurePosixPath) -> bool:
    """Tell whether a file is a page or a part of one."""
    return path.suffix == ".html" and "templates" in path.parts


RULES = [
    HouseRule(
        name="no file is longer than 400 lines",
        why="R2: a room is a file until 400 lines, then a folder of the same name whose files are named after the subject.",
        good="x = 1\n" * MOST_LINES,
        bad="x = 1\n" * (MOST_LINES + 1),
        where=lambda path: path.suffix in WRITTEN_BY_HAND and "migrations" not in path.parts,
        find=find_long_files,
    ),
    HouseRule(
        name="pages have no script, style or handler of their own",
        why="D5: scripts and styles are files, so that the content policy can forbid everything that stands in a page.",
        good='<button class="btn" data-opens="reasons">×</button>\n<script type="module" src="{% static \'x.js\' %}"></script>',
        bad='<button onclick="go()" style="color: red">\n<script>go()</script>',
        where=is_template,
        find=lines_with(
            r"<script(?![^>]*\bsrc=)(?![^>]*type=\"application/json\")[^>]*>|<style\b|\sstyle\s*=\s*[\"']|\son[a-z]+\s*=\s*[\"']|\shx-on[:a-z-]*\s*=|javascript:",
            "in the page itself",
        ),
        example="chengzhi/incidents/templates/incidents/case.html",
    ),
    HouseRule(
        name="templates contain no policy",
        why="W4: a page asks the table which steps are possible and shows the reasons for the others.",
        good="{% for choice in choices %}{% if choice.possible %}…{% endif %}{% endfor %}",
        bad='{% if matter.state == "filed" %}…{% endif %}',
        where=is_template,
        find=lines_with(r"\{%\s*(?:el)?if\b[^%]*\bstate\s*(?:==|!=|in\b|not in\b)[^%]*%\}", "decides by a state"),
        example="chengzhi/incidents/templates/incidents/case.html",
    ),
    HouseRule(
        name="every word of a page stands in the catalogue",
        why="English is the msgid, Chinese stands in the catalogue; nothing is half translated.",
        good='<h1>{% translate "My work" %}</h1><p>{% blocktranslate %}Nothing waits.{% endblocktranslate %}</p>',
        bad="<h1>My work</h1><p>待办</p>",
        where=is_template,
        find=find_untranslated,
        example="chengzhi/incidents/templates/incidents/case.html",
    ),
    HouseRule(
        name="nothing is unfinished or silenced without a reason",
        why="An ignore carries its code and its reason; what is not finished is not there.",
        good="value = call()  # type: ignore[no-any-return]  # it has no types\nimport x  # noqa: S404  (constants)",
        bad="# TODO later\nraise NotImplementedError\nvalue = call()  # type: ignore\nimport x  # noqa\n@pytest.mark.skip\n",
        # This page must name what it looks for.
        where=lambda path: path.suffix in {".py", ".js", ".html", ".sh"} and path.name != "text_rules.py",
        find=lines_with(
            r"\b(?:TODO|FIXME|HACK)\b|NotImplementedError|pytest\.mark\.(?:skip|xfail)|pytest\.skip\("
            r"|type: ignore(?!\[)|type: ignore\[[^\]]*\]\s*(?:$|\n)|# noqa(?!: [A-Z])",
            "unfinished or silenced",
            re.MULTILINE,
        ),
    ),
]

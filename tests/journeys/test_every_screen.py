"""Every screen as its post sees it: both languages, three widths, keys alone, no barrier, no sideways scrolling."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from babel.messages.pofile import read_po
from django.conf import settings
from playwright.sync_api import Page

from chengzhi.portal.tests.reporting import reported
from scripts.words import CATALOGUE
from tests.conftest import DESK
from tests.journeys.album import WIDTHS, keep_picture
from tests.journeys.town import CALLED, Town, found_town, words_of
from tests.world import COUNTY, World

pytestmark = pytest.mark.browser
CHINESE = re.compile(r"[\u3400-\u9fff]+")
MOST_TABS = 80
TURN = 400  # milliseconds in which colours turn
BARRIERS_AT = {"en": 390, "zh": 1366}
# What a reader sees or hears: texts in sight, and the words of fields, pictures and buttons. A switch of language is in its own language.
SEEN = """() => {
    const said = [], own = (one) => one && !one.closest("template, script, style, [lang]:not(html), .maplibregl-map, datalist");
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const one = walker.currentNode.parentElement;
        if (own(one) && one.checkVisibility() && walker.currentNode.data.trim()) said.push(walker.currentNode.data.trim());
    }
    for (const one of document.querySelectorAll("[placeholder], [aria-label], [alt], [title]"))
        if (own(one)) said.push(...["placeholder", "aria-label", "alt", "title"].map((name) => (one.getAttribute(name) || "").trim()));
    return [document.title, ...said];
}"""


@dataclass(frozen=True)
class Screen:
    """One screen: who opens it, where, what says that it is whole, and its primary action."""

    name: str
    role: str
    path: Callable[[Town], str]
    whole: str
    primary: str
    prepare: Callable[[Page], None] | None = None


def take_a_call(page: Page) -> None:
    """Take a call at the desk and write what is asked."""
    page.fill("#new-phone", "13900000001")
    page.click(".strip-new .btn-primary")
    page.fill("#description", CALLED)
    page.wait_for_selector(".suggestion")
    page.fill("#address", "育才路8号")
    page.focus("#class_code")
    page.keyboard.press("1")
    page.wait_for_selector("#kept:has-text('已暂存')")


def code_of(town: Town) -> str:
    """Report as a citizen and return the code."""
    return reported(town.world, 19).code


SCREENS = (
    Screen("my-work", "chief", lambda town: "/", "tr.entry", "#preview .step.btn-primary"),
    Screen("desk", "acceptor", lambda town: "/desk/", ".call-form [data-map][data-ready]", "[data-verb=register]", take_a_call),
    Screen("bench", "dispatcher", lambda town: "/work/dispatch/", "[data-map][data-ready]", ".unit-name"),
    Screen("requests", "dispatcher", lambda town: "/work/dispatch/?list=requests", ".bench-row", "#preview .step"),
    Screen("case", "chief", lambda town: f"/incidents/{town.number('to_close')}", ".case", ".case-tools .btn-primary"),
    Screen("phone", "inspector", lambda town: "/m/", "html[data-ready=yes]", ".report-button"),
    Screen("board", "clean", lambda town: "/work/board/", ".task-card", ".supervised .btn-primary"),
    Screen("leader", "leader", lambda town: f"/incidents/{town.number('disposing')}", ".case", ".case-tools .step"),
    Screen("oddities", "supervisor_lead", lambda town: "/work/oddities/", "main h1", "main a, main button, main select"),
    Screen("settings", "sys_admin", lambda town: "/settings/", ".tile", ".tile"),
    Screen("staff", "sys_admin", lambda town: "/settings/staff", ".register", ".settings-verbs a"),
    Screen("citizen", "", lambda town: "/c/", ".big-button", ".big-button"),
    Screen("citizen-report", "", lambda town: "/c/report", ".send", ".send button"),
    Screen("citizen-follow", "", lambda town: f"/c/f/{code_of(town)}", ".stages", "main button"),
)


@pytest.fixture
def town(world: World) -> Town:
    """The small world on a morning."""
    return found_town(world)


@pytest.fixture(scope="module")
def english() -> dict[str, str]:
    """The words of the catalogue that differ between the languages, English to Chinese."""
    with CATALOGUE.open("rb") as file:
        entries = [row for row in read_po(file) if isinstance(row.id, str) and row.id and "%(" not in row.id]
    return {row.id: str(row.string) for row in entries if row.string != row.id and re.search(r"[a-z]{3}", row.id)}


def left_in_english(said: list[str], english: dict[str, str]) -> Iterator[str]:
    """Yield words of the catalogue that stand untranslated on a Chinese page."""
    yield from (one for one in said if one in english)


def left_in_chinese(said: list[str], data: list[str]) -> Iterator[str]:
    """Yield what is Chinese on an English page and no data."""
    for one in said:
        rest = one
        for known in data:
            rest = rest.replace(known, "")
        if any(all(run not in known for known in data) for run in CHINESE.findall(rest)):
            yield one


def speak(page: Page, origin: str, language: str) -> None:
    """Choose the language of a page as its button does."""
    page.context.add_cookies([{"name": settings.LANGUAGE_COOKIE_NAME, "value": {"zh": "zh-hans", "en": "en"}[language], "url": origin}])


def reached_by_keys(page: Page, primary: str) -> bool:
    """Tell whether Tab alone leads from the content to the primary action, and whether one sees where one is."""
    page.evaluate("document.querySelector('#main, main').focus()")
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", primary):
            return bool(
                page.evaluate(
                    "(() => { const seen = getComputedStyle(document.activeElement);"
                    " return (seen.outlineStyle !== 'none' && seen.outlineWidth !== '0px') || seen.boxShadow !== 'none'; })()"
                )
            )
    return False


def barriers(page: Page, accessible: Callable[[Page], None]) -> Iterator[str]:
    """Yield what axe finds."""
    try:
        accessible(page)
    except AssertionError as found:
        yield str(found)


@dataclass(frozen=True)
class Looker:
    """Looks at one screen and keeps what is wrong with it."""

    origin: str
    english: dict[str, str]
    data: list[str]
    accessible: Callable[[Page], None]

    def look(self, page: Page, screen: Screen, path: str) -> Iterator[str]:
        """Yield the faults of a screen in both languages at every width, and once in the dark."""
        for language in ("en", "zh"):
            speak(page, self.origin, language)
            page.goto(self.origin + path)
            page.wait_for_selector(screen.whole, state="attached", timeout=20_000)
            page.wait_for_load_state("networkidle")
            for width, height in WIDTHS.items():
                page.set_viewport_size({"width": width, "height": height})
                faults = [*self.judge(page, language, width), *(barriers(page, self.accessible) if width == BARRIERS_AT[language] else ())]
                yield from (f"{screen.name} {language} {width}: {one}" for one in faults)
                keep_picture(page, screen.name, language)
        page.set_viewport_size(DESK)
        if not reached_by_keys(page, screen.primary):
            yield f"{screen.name}: {screen.primary} is not reached by keys, or its focus is not seen"
        page.emulate_media(color_scheme="dark")
        page.wait_for_timeout(TURN)
        yield from (f"{screen.name} dark: {one}" for one in barriers(page, self.accessible))
        keep_picture(page, screen.name, "zh", "dark")

    def judge(self, page: Page, language: str, width: int) -> Iterator[str]:
        """Yield what does not fit, and words left in the other language."""
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            yield f"scrolls sideways, {wide} px"
        said = page.evaluate(SEEN)
        left = left_in_english(said, self.english) if language == "zh" else left_in_chinese(said, self.data)
        yield from (f"left in the other language: {one}" for one in sorted(set(left)))


@pytest.mark.parametrize("screens", [SCREENS[:5], SCREENS[5:]], ids=["centre", "others"])
def test_every_screen_fits_speaks_both_languages_and_has_no_barrier(
    screens: tuple[Screen, ...], open_page, live_server, sign_in, town: Town, english: dict[str, str], accessible
) -> None:
    looker = Looker(live_server.url, english, words_of(town), accessible)
    faults = []
    for screen in screens:
        page = open_page(DESK, permissions=["geolocation"], geolocation=place(town))
        if screen.role:
            sign_in(page, screen.role, COUNTY)
        path = screen.path(town)
        if screen.prepare:
            page.goto(live_server.url + path)
            screen.prepare(page)
            path = page.url.removeprefix(live_server.url)
        faults += looker.look(page, screen, path)
        page.context.close()
    assert not faults, "\n".join(faults)


def place(town: Town) -> dict[str, float]:
    """Return where the phone of the street is."""
    lon, lat = town.world.point(3)
    return {"longitude": lon, "latitude": lat, "accuracy": 8}


def test_a_word_left_in_the_other_language_is_found() -> None:
    assert list(left_in_english(["Work", "张建国", "派遣"], {"Work": "待办"})) == ["Work"]
    assert list(left_in_chinese(["Work", "张建国", "派遣", "张建国 · Duty chief"], ["张建国"])) == ["派遣"]

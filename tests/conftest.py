"""A real browser for journeys: Debian's Chromium, in Chinese, in the city's time; any fault of a page fails the test."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # WebGL in software, so that maps are drawn on a machine without a graphics card.
    "--use-gl=angle",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
]
DESK = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
AXE = Path(__file__).resolve().parents[1] / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all journeys."""
    # Playwright's loop runs in this thread, which Django takes for an async context; the tests are not.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages for several people in one test: each call is a person with cookies of his own. Faults of pages fail the test."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(locale="zh-CN", timezone_id="Asia/Shanghai", viewport=viewport, **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if _is_fault(message) else None)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults, "The page reported faults (mend the page, or the test that causes them):\n" + "\n".join(faults)


def _is_fault(message: Any) -> bool:
    # A refused request (4xx) is logged by the browser too; whether it was right is what journeys assert on the page. Nor is it a fault that
    # leaving a page drops its running request; a request that failed is logged a second time as sendError or timeout.
    logged = ("Failed to load resource", "htmx:sendAbort", "htmx:afterRequest")
    return message.type == "error" and not any(word in message.text for word in logged)


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A page at a desk."""
    return open_page()


@pytest.fixture
def phone(open_page: Callable[..., Page]) -> Page:
    """A page on a phone."""
    return open_page(PHONE, is_mobile=True, has_touch=True, device_scale_factor=2)


@pytest.fixture
def accessible() -> Callable[[Page], None]:
    """Give a check that a page has no serious accessibility violation by WCAG 2.2 A and AA."""

    def check(page: Page) -> None:
        # The script is run by the driver, not loaded by the page, so the page's content policy stays as it is.
        page.evaluate(AXE.read_text(encoding="utf-8"))
        tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
        found = page.evaluate("tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", tags)
        bad = [f"{row['id']}: {row['help']} — {row['nodes'][0]['html'][:160]}" for row in found["violations"]]
        assert not bad, f"{page.url} is not accessible:\n" + "\n".join(bad)

    return check

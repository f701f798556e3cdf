"""Pictures of pages, for people to look at: taken only when CHENGZHI_PICTURES names a folder, so that a test run leaves nothing behind."""

import os
from pathlib import Path

from playwright.sync_api import Page

WIDTHS = {390: 844, 1366: 768, 1920: 1080}


def keep_picture(page: Page, name: str, language: str, appearance: str = "light") -> Path | None:
    """Take what is in the window now, as `NAME-zh-1366.png` (dark: `NAME-zh-1366-dark.png`); return where it lies."""
    folder = os.environ.get("CHENGZHI_PICTURES")
    if not folder:
        return None
    width = (page.viewport_size or {"width": 0})["width"]
    path = Path(folder) / f"{name}-{language}-{width}{'-dark' if appearance == 'dark' else ''}.png"
    path.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=path, animations="disabled", caret="hide")
    return path

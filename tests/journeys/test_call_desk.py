"""A call at the desk, by keys: words of danger, class by its number, a refusal that keeps every word, an incident at the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from chengzhi.hotline.models import Call, Transfer
from chengzhi.incidents.models import Incident

pytestmark = pytest.mark.browser
TEXT = "门口垃圾堆了三天没人清，旁边还有燃气味"


def take_call(page: Page, phone: str) -> None:
    """Take a call by hand."""
    page.click(".rail .stop:has-text('热线')")
    page.fill("#new-phone", phone)
    page.click("button:has-text('接听来电')")
    expect(page.locator("#description")).to_be_focused()


def test_a_call_is_registered_by_keys_and_a_refusal_keeps_every_word(open_page, sign_in, world, accessible) -> None:
    page = sign_in(open_page(), "acceptor")
    take_call(page, "13900000001")
    page.keyboard.type(TEXT)
    expect(page.locator("#strip")).to_have_class(re.compile("in-danger"))
    expect(page.locator(".suggestion").first).to_contain_text("暴露垃圾")
    page.keyboard.press("F2")
    expect(page.locator("#refusal")).to_be_visible()
    expect(page.locator("#description")).to_have_value(TEXT)
    assert Incident.objects.count() == 0
    page.focus("#class_code")
    page.keyboard.press("1")
    expect(page.locator("#class_code")).to_have_value("SJ0102")
    page.fill("#address", "老粮站后面")
    expect(page.locator("#kept")).to_have_text("已暂存")
    accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.keyboard.press("F4")
    expect(page.locator(".toast-line")).to_contain_text("转110")
    expect(page.locator("#description")).to_have_value(TEXT)
    page.keyboard.press("F2")
    expect(page.locator(".toast-line")).to_contain_text("已登记受理")
    made = Incident.objects.get()
    assert (made.description, made.address, Transfer.objects.get().words) == (TEXT, "老粮站后面", "燃气")


def test_a_session_that_has_expired_loses_no_word(open_page, sign_in, world) -> None:
    page = sign_in(open_page(), "acceptor")
    take_call(page, "")
    page.keyboard.type("路灯不亮")
    page.context.clear_cookies(name="sessionid")
    page.keyboard.press("F2")
    expect(page.locator("#refusal")).to_contain_text("登录已失效")
    expect(page.locator("#description")).to_have_value("路灯不亮")


def test_a_second_call_keeps_the_words_of_the_first(open_page, sign_in, world) -> None:
    page = sign_in(open_page({"width": 390, "height": 844}), "acceptor")
    page.goto(page.url + "desk/")
    page.click("button:has-text('接听来电')")
    page.fill("#description", "第一个来电")
    expect(page.locator("#kept")).to_have_text("已暂存")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.click("button:has-text('接听来电')")
    expect(page.locator(".call-tab")).to_have_count(2)
    expect(page.locator("#description")).to_have_value("")
    page.locator(".call-tab").first.click()
    expect(page.locator("#description")).to_have_value("第一个来电")
    assert Call.objects.count() == 2

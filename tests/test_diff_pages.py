"""The page about a difference, in a real browser: read, walked through by keyboard, on a phone, on paper, in the dark."""

from __future__ import annotations

import pytest

from caveat.diff.story import Story
from caveat.diff.strip import marked, strip
from caveat.diff.to_html import difference_to_html
from tests.browser import Browser, installed

KNOWN = "2026-03-31"
PHONE = 375

pytestmark = pytest.mark.skipif(installed() is None, reason="no Chromium is installed")


@pytest.fixture(scope="module")
def difference(library):
    """What changed on 30 May 2024."""
    return library.diff("US@2024-05-29", "US@2024-05-31", known_by=KNOWN)


@pytest.fixture(scope="module")
def browser(library, difference, tmp_path_factory):
    """A browser that shows the page."""
    folder = tmp_path_factory.mktemp("page")
    found = strip(library, difference, Story(difference).changes[0].region)
    (folder / "page.html").write_text(difference_to_html(difference, strip=found, marks=marked(difference)), encoding="utf-8")
    browser = Browser(folder / "profile")
    browser.open(folder / "page.html")
    yield browser
    browser.close()


@pytest.fixture(autouse=True)
def as_it_was(browser):
    """Each test begins at the top of the page, on a screen."""
    browser.call("Emulation.setEmulatedMedia", media="", features=[])
    browser.call("Emulation.setDeviceMetricsOverride", width=1100, height=900, deviceScaleFactor=1, mobile=False)
    browser.value("location.hash = ''; document.activeElement.blur(); scrollTo(0, 0)")


def test_the_page_says_it_in_one_look(browser, difference):
    """The verdict, the use and the numbers of changes stand above the fold, and nothing was loaded from anywhere."""
    assert browser.value("document.title") == "On 31 May 2024 the United States permits what it prohibited on 29 May 2024"
    assert "Belgorod region" in browser.value("document.querySelector('.reading').innerText")
    assert browser.value("document.querySelector('#summary').getBoundingClientRect().bottom") < 900
    assert [u for u in browser.asked_for() if not u.startswith("file:")] == []
    assert browser.value("document.querySelectorAll('.card').length") == len(Story(difference).usual)


def test_it_can_be_walked_through_by_keyboard(browser):
    """Tab reaches every link, the focus can be seen, Enter opens what a change rests on, and the way back leads to the change."""
    for _ in range(60):
        browser.press("Tab")
        if browser.value("document.activeElement.getAttribute('href')") == "#n-1":
            break
    assert browser.value("document.activeElement.getAttribute('href')") == "#n-1"
    assert browser.value("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    browser.press("Enter")
    assert browser.value("location.hash") == "#n-1"
    assert browser.value("getComputedStyle(document.querySelector('#n-1')).position") == "fixed"
    shown = browser.value("document.querySelector('#n-1').innerText")
    assert "US/kharkiv-counter-fire" in shown
    assert "caveat decide change-" in shown
    for _ in range(30):
        browser.press("Tab")
        if browser.value("document.activeElement.className") == "back":
            break
    browser.press("Enter")
    assert browser.value("location.hash") == "#c-1"


def test_everything_that_leads_somewhere_is_reached(browser):
    """No link and no listing is left out of the order of Tab."""
    wanted = browser.value("[...document.querySelectorAll('a[href], pre')].filter(e => e.offsetParent || e.ownerSVGElement).length")
    reachable = browser.value(
        "[...document.querySelectorAll('a[href], pre')].filter(e => e.offsetParent || e.ownerSVGElement).filter(e => e.tabIndex >= 0).length"
    )
    assert wanted == reachable > 20


@pytest.mark.parametrize("width", [320, PHONE, 768])
def test_it_fits_a_phone(browser, width):
    """Nothing has to be scrolled sideways, and the strip for phones takes the place of the wide one."""
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=800, deviceScaleFactor=2, mobile=True)
    assert browser.value("document.documentElement.scrollWidth") <= width
    assert browser.value("getComputedStyle(document.querySelector('.phone')).display") == ("block" if width < 640 else "none")


def test_it_prints_well(browser):
    """On paper nothing is fixed to the screen, the contents list is gone, and every witness is there."""
    browser.value("location.hash = 'n-1'")
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.value("getComputedStyle(document.querySelector('#n-1')).position") == "static"
    assert browser.value("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert browser.value("document.querySelectorAll('.note pre').length") > 0
    assert browser.value("document.documentElement.scrollWidth") <= 1100


def test_it_follows_a_dark_screen(browser):
    """Where the screen is dark, so is the page, and its letters are light."""
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    ground, ink = browser.value("getComputedStyle(document.body).backgroundColor"), browser.value("getComputedStyle(document.body).color")
    assert max(map(int, ground[4:-1].split(","))) < 64
    assert min(map(int, ink[4:-1].split(","))) > 192

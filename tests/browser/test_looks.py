"""Looks in a real browser: every look passes axe, two keys are enough, and a page is read aloud."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.axe import axe, fits_across, keyboard_goes_everywhere
from tests.browser.conftest import Opener
from tests.browser.live import Live
from tests.browser.ways import bring, come_in

LOOKS = ["easy.big.dark.two", "easy.calm.clear", "big.light.clear.two"]
"""Each value of each kind, and most pairs of them."""
PAGES = [
    "/look",
    "/b/my_review_my_choice/check",
    "/b/my_review_my_choice/q/attend",
    "/b/my_review_my_choice/q/my_words",
    "/b/my_review_my_choice/q/who",
    "/b/my_review_my_choice/q/when",
]
BY_KEYBOARD = ["/b/my_review_my_choice/q/attend", "/b/my_review_my_choice/q/my_words"]
VOICE = """
window.said = [];
window.SpeechSynthesisUtterance = function (text) { this.text = text; };
const talk = {
  getVoices: () => LANGUAGES.map(lang => ({lang})),
  speak(one) {
    window.said.push(one.text.trim());
    window.waiting = one;
    if (one.onboundary) one.onboundary({name: "word", charIndex: one.text.search(/\\S/), charLength: 2});
  },
  cancel() { window.waiting = null; },
};
Object.defineProperty(window, "speechSynthesis", {value: talk});
"""


def in_look(opened: Opener, site: Live, look: str, **options: object) -> Page:
    """A page of a browser that has this look."""
    context = opened(**options)
    context.add_cookies([{"name": "look", "value": look, "url": site.url}])
    return context.new_page()


@pytest.mark.parametrize("look", LOOKS)
def test_every_look_passes_axe_fits_a_phone_and_goes_by_keyboard(
    opened: Opener, site: Live, look: str
) -> None:
    page = in_look(opened, site, look, viewport={"width": 320, "height": 640})
    come_in(page, site.people("child")[2])
    for address in PAGES:
        page.goto(site.url + address)
        fits_across(page)
        axe(page)
        if address in BY_KEYBOARD:
            keyboard_goes_everywhere(page)
        page.evaluate("document.documentElement.dir = 'rtl'")
        fits_across(page)


@pytest.mark.parametrize(
    "wish",
    [{"color_scheme": "dark"}, {"forced_colors": "active"}, {"contrast": "more", "reduced_motion": "reduce"}],
)
def test_what_the_device_wishes_passes_axe_too(opened: Opener, site: Live, wish: dict[str, str]) -> None:
    page = opened(**wish).new_page()
    come_in(page, site.people("child")[2])
    for address in ("/b/my_review_my_choice/q/who", "/b/my_review_my_choice/q/my_words"):
        page.goto(site.url + address)
        axe(page)


def test_the_device_asks_for_dark_and_the_person_for_light(opened: Opener, site: Live) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    page = opened(color_scheme="dark").new_page()
    page.goto(site.url)
    dark = page.evaluate(paper)
    page = in_look(opened, site, "light", color_scheme="dark")
    page.goto(site.url)
    light = page.evaluate(paper)
    page = opened().new_page()
    page.goto(site.url)
    assert page.evaluate(paper) == light != dark


def test_two_keys_are_enough_to_choose_any_answer(opened: Opener, site: Live) -> None:
    page = in_look(opened, site, "two")
    come_in(page, site.people("child")[2])
    for address, value in (("/b/my_review_my_choice/q/who", "no"), ("/b/my_review_my_choice/q/where", "bad")):
        page.goto(site.url + address)
        page.keyboard.press("Tab")
        for _ in range(60):
            if page.evaluate("document.activeElement.value") == value:
                break
            page.keyboard.press("Tab")
        with page.expect_navigation():
            page.keyboard.press("Space")
        assert page.url.endswith("step=1"), "the next of them"
        page.goto(site.url + address)
        assert page.locator("[aria-pressed=true]").get_attribute("value") == value
    page.goto(site.url + "/b/my_review_my_choice/q/attend")
    pressed = page.locator(".pair button").nth(1)
    value = pressed.get_attribute("value") or ""
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.value") == value:
            break
    with page.expect_navigation():
        page.keyboard.press("Space")
    page.goto(site.url + "/b/my_review_my_choice/q/attend")
    assert page.locator("[aria-pressed=true]").get_attribute("value") == value


def reader(opened: Opener, site: Live, languages: str) -> Page:
    """A question's page in a browser with voices for these languages; what it would say is kept, not said."""
    context = opened()
    context.add_init_script(VOICE.replace("LANGUAGES", languages))
    page = context.new_page()
    come_in(page, site.people("child")[2])
    page.goto(site.url + "/b/my_review_my_choice/q/my_words")
    return page


def test_a_page_is_read_aloud_word_by_word_until_it_is_stopped(opened: Opener, site: Live) -> None:
    page = reader(opened, site, "['en-GB']")
    page.get_by_role("button", name="Read it to me").click()
    page.wait_for_function("window.said.length === 1")
    question = page.locator("h1").inner_text()
    assert page.evaluate("said") == [question]
    assert page.evaluate("[...CSS.highlights.get('said')][0].toString()") == question[:2]
    page.evaluate("window.waiting.onend()")
    page.evaluate("window.waiting.onend()")
    choice = page.locator(".pick span").first.inner_text()
    assert page.evaluate("said")[2] == choice
    page.get_by_role("button", name="Stop").click()
    assert page.evaluate("CSS.highlights.has('said')") is False
    assert page.evaluate("window.waiting") is None
    assert page.get_by_role("button", name="Read it to me").is_visible()


def test_everything_that_is_read_is_the_question_and_nothing_around_it(opened: Opener, site: Live) -> None:
    page = reader(opened, site, "['en-US', 'cy']")
    page.get_by_role("button", name="Read it to me").click()
    page.wait_for_function("window.said.length === 1")
    page.evaluate("() => { while (window.waiting) window.waiting.onend(); }")
    said = page.evaluate("said")
    assert len(said) == 10
    assert not {"Save and go on", "I don’t want to say, skip this", "Stop"} & set(said)


def test_no_voice_for_the_language_no_button(opened: Opener, site: Live) -> None:
    page = reader(opened, site, "['ar', 'fr-FR']")
    assert page.locator("[data-aloud]").is_hidden()


def test_looks_are_chosen_without_javascript(opened: Opener, site: Live) -> None:
    page = opened(java_script_enabled=False).new_page()
    come_in(page, site.people("child")[2])
    page.goto(site.url + "/b/my_review_my_choice/q/my_words")
    bring(page, page.get_by_role("button", name="How it looks"))
    page.get_by_label("Easy words").check()
    page.get_by_label("Bigger").check()
    bring(page, page.get_by_role("button", name="Use this look"))
    assert page.url.endswith("/b/my_review_my_choice/q/my_words")
    assert page.locator("h1").inner_text() == "How will you tell us what you think?"


@pytest.mark.parametrize("look", ["", "easy", "big", "easy.big"])
def test_what_stands_around_a_question_leaves_two_thirds_of_a_phone(
    opened: Opener, site: Live, look: str
) -> None:
    page = in_look(opened, site, look, viewport={"width": 360, "height": 740})
    come_in(page, site.people("child")[2])
    page.goto(site.url + "/b/my_review_my_choice/q/attend")
    top, foot, sticks = page.evaluate(
        """() => { const foot = document.querySelector('.foot');
        return [document.querySelector('.top').offsetHeight, foot.offsetHeight,
                getComputedStyle(foot).position === 'sticky']; }"""
    )
    assert top + (foot if sticks else 0) < 740 / 3
    assert sticks == ("big" not in look)

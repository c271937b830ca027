"""The pages that are looked at by a machine in every size, and photographed for people.

A row is a name and the way there (tests/browser/ways.py). To add a page, add a row.
"""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.live import Live
from tests.browser.ways import Way, as_person, as_staff, at, follow, open_link, press, say_fact, to


def link_of_a_child(page: Page, site: Live) -> None:
    """The first page that a link opens."""
    page.goto(site.people("child")[0]["url"])


def one_thing_you_know(page: Page, site: Live) -> None:
    """Where the birthday is asked."""
    open_link(page, site.people("child")[0])


def wrong_thing_you_know(page: Page, site: Live) -> None:
    """The same page with an error."""
    open_link(page, site.people("child")[0])
    press(page, "Go on")


def before_you_start(page: Page, site: Live) -> None:
    """Who reads it and when it may be shared; for somebody who has not been in yet."""
    newcomer = site.people("child")[-1]
    open_link(page, newcomer)
    say_fact(page, newcomer)


def choose_pictures(page: Page, site: Live) -> None:
    """Where a child sets three pictures."""
    before_you_start(page, site)
    press(page, "OK, go on")


def wrong_sign_in(page: Page, site: Live) -> None:
    """The staff's sign-in with an error."""
    page.goto(site.url + "/staff/sign-in")
    press(page, "Sign in")


WAYS: dict[str, Way] = {
    "demo": at("/demo"),
    "demo-messages": at("/demo/messages?page=2"),
    "styleguide": at("/styleguide"),
    "start": at("/"),
    "look": at("/look"),
    "code": at("/code"),
    "help": at("/help"),
    "who-sees": at("/who-sees"),
    "good-to-know": at("/good-to-know"),
    "ten-things": at("/good-to-know/ten-things"),
    "ten-things-easy": at("/good-to-know/ten-things?easy=1"),
    "if-not-safe": at("/good-to-know/if-not-safe"),
    "for-parents": at("/good-to-know/for-parents"),
    "own-page": at("/good-to-know/places-in-sandhaven"),
    "lost-link": at("/lost-link"),
    "not-safe": at("/not-safe"),
    "not-found": at("/nothing-here"),
    "link": link_of_a_child,
    "know": one_thing_you_know,
    "know-problem": wrong_thing_you_know,
    "before": before_you_start,
    "pictures": choose_pictures,
    "child-home": as_person("child", to("/b/")),
    "child-check": as_person("child", to("/b/my_review_my_choice/check")),
    "child-booklet": as_person("child", to("/b/my_review_my_choice/")),
    "parent-home": as_person("parent", to("/b/")),
    "carer-home": as_person("carer", to("/b/")),
    "guest-link": at("/g/AAAAAAAAAAAAAAAAAAAAAA"),
    "sign-in": at("/staff/sign-in"),
    "sign-in-problem": wrong_sign_in,
    "iro-reviews": as_staff("iro", "/staff/reviews"),
    "iro-review": as_staff("iro", "/staff/reviews", follow("main a[href*='/staff/reviews/']")),
    "iro-agenda": as_staff(
        "iro",
        "/staff/reviews",
        follow("main a[href*='/staff/reviews/']"),
        follow("main a[href$='/agenda']"),
    ),
    "iro-agenda-for-the-room": as_staff(
        "iro",
        "/staff/reviews",
        follow("main a[href*='/staff/reviews/']"),
        follow("main a[href$='/agenda']"),
        follow("main a[href$='/room']"),
    ),
    "iro-who-came": as_staff(
        "iro",
        "/staff/reviews?show=past",
        follow("main a[href*='/staff/reviews/']"),
        follow("main a[href$='/held']"),
    ),
    "iro-letter": as_staff(
        "iro",
        "/staff/reviews?show=past",
        follow("main a[href*='/staff/reviews/']"),
        follow("main a[href$='/letter']"),
    ),
    "iro-text-for-the-record": as_staff(
        "iro",
        "/staff/reviews",
        follow("main a[href*='/staff/reviews/']"),
        follow("main a[href$='/record']"),
    ),
    "iro-guests": as_staff(
        "iro",
        "/staff/reviews",
        follow("main a[href*='/staff/reviews/']"),
        follow("main a[href$='/guests']"),
    ),
    "unit-guest-letters": as_staff("unit", "/staff/unit/guest-letters"),
    "iro-stand-in": as_staff("iro", "/staff/stand-in"),
    "iro-sign-in": as_staff("iro", "/staff/passkeys"),
    "accounts": as_staff("administrator", "/staff/accounts"),
    "account": as_staff("administrator", "/staff/accounts", follow("main tbody a")),
    "account-new": as_staff("administrator", "/staff/accounts/new"),
    "duty-worries": as_staff("duty", "/staff/worries"),
    "unit": as_staff("unit", "/staff/unit"),
    "unit-deliveries": as_staff("unit", "/staff/unit/deliveries"),
    "unit-import": as_staff("unit", "/staff/unit/import"),
    "unit-print": as_staff("unit", "/staff/unit/print"),
    "unit-today": as_staff("unit", "/staff/unit/today"),
    "unit-review": as_staff("unit", "/staff/unit", follow("main a[href*='/staff/unit/reviews/']")),
    "unit-contact": as_staff(
        "unit",
        "/staff/unit",
        follow("main a[href*='/staff/unit/reviews/']"),
        follow("main a[href*='/contact/']"),
    ),
    "unit-code": as_staff(
        "unit",
        "/staff/unit",
        follow("main a[href*='/staff/unit/reviews/']"),
        follow("main a[href*='/link/']"),
    ),
    "manager-participation": as_staff("manager", "/staff/participation"),
    "manager-year": as_staff("manager", "/staff/participation/year"),
    "worker-children": as_staff("social_worker", "/staff/children"),
    "worker-child": as_staff("social_worker", "/staff/children", follow("main a[href*='/staff/children/']")),
    "worker-talk": as_staff(
        "social_worker",
        "/staff/children",
        follow("main a[href*='/staff/children/']"),
        follow("main a[href$='/talk']"),
    ),
    "worker-together": as_staff(
        "social_worker", "/staff/children", follow("main a[href*='/staff/together/']")
    ),
}

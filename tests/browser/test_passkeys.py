"""A passkey in a real browser, with a device that Chromium makes up: made, and enough alone the next time."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Browser

from tests.browser import live
from tests.browser.chromium import DESK
from tests.browser.ways import bring, press, sign_in

DEVICE = {
    "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
    "isUserVerified": True, "automaticPresenceSimulation": True,
}  # fmt: skip


def test_a_passkey_is_made_and_signs_in_alone_and_without_a_script_the_page_says_so(
    browser: Browser, prepared: Path, tmp_path: Path
) -> None:
    with live.serve(live.copy(prepared, tmp_path / "instance"), name="localhost") as site:
        context = browser.new_context(viewport={"width": DESK[0], "height": DESK[1]})
        page = context.new_page()
        device = context.new_cdp_session(page)
        device.send("WebAuthn.enable")
        device.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        sign_in(page, site, "duty")
        page.goto(site.url + "/staff/passkeys")
        press(page, "Make a passkey")
        page.get_by_label("A name for it").fill("My work phone")
        with page.expect_navigation():
            page.get_by_role("button", name="Make the passkey").click()
        assert "The passkey is kept" in page.inner_text("main")
        assert page.get_by_label("Name", exact=True).input_value() == "My work phone"
        press(page, "Sign out")
        with page.expect_navigation(url="**/staff/worries"):
            page.get_by_role("button", name="Sign in with a passkey").click()
        assert page.get_by_role("heading", level=1).inner_text() == "Worries"
        context.close()

        plain = browser.new_context(java_script_enabled=False)
        page = plain.new_page()
        page.goto(site.url + "/staff/sign-in")
        bring(page, page.get_by_role("button", name="Sign in with a passkey"))
        assert "Passkeys need JavaScript" in page.inner_text("main")
        assert not page.get_by_role("button", name="Use my passkey").is_visible()
        bring(page, page.get_by_role("link", name="Sign in another way"))
        assert page.get_by_label("Password").is_visible()
        plain.close()

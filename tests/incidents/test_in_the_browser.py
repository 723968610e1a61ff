"""Every page of the floor in a real browser: no accessibility violation, nothing wider than a phone."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from tests.browser import axe, fits, sign_in
from tests.cast import build
from tests.incidents.test_pages import PAGES, address, one_of_everything

#: Where pictures go when somebody wants to look (SHOTS=/some/folder).
SHOTS = os.environ.get("SHOTS", "")


@pytest.mark.journey
def test_every_page_passes_axe_and_fits_a_phone(live_url, page, phone):
    cast = build()
    made = one_of_everything(cast)
    addresses = {name: address(made, name, parts) for name, parts in PAGES if name != "case-file"}
    addresses["log"] = reverse("log")
    sign_in(page, live_url, cast.manager.email)
    phone.context.add_cookies(page.context.cookies())
    for name, one in addresses.items():
        for view, kind in ((page, "wide"), (phone, "phone")):
            view.goto(live_url + one)
            fits(view)
            if SHOTS:
                view.screenshot(path=str(Path(SHOTS) / f"{name}-{kind}.png"), full_page=True)
        axe(page)

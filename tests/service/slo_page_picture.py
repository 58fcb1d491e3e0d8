#!/usr/bin/env python3
"""Takes the pictures of the page of `remora-slo serve` that README and docs/slo-page.md show, of
history that slo_prometheus.py makes up: docs/images/slo-page.png and slo-page-detail.png.

Exit codes: 0 done, 77 without Chromium, Prometheus or the packages of tools/python.
"""

from argparse import Namespace
from pathlib import Path

from browser import ARGUMENTS, browser, main, sync_playwright
from slo_page_stack import slo_pages

PICTURES = (("slo-page", "/", ".card", 880),
            ("slo-page-detail", "/#slo-checkout", ".plot canvas", 960))


def take(asked: Namespace) -> int:
    folder = asked.screenshots or Path("docs/images")
    folder.mkdir(parents=True, exist_ok=True)
    with slo_pages(asked.programs.resolve()) as pages, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser(), args=ARGUMENTS)
        for name, path, there, height in PICTURES:
            page = chromium.new_page(viewport={"width": 1280, "height": height})
            page.goto(pages.page.base + path)
            page.wait_for_selector(there)
            page.screenshot(path=folder / f"{name}.png")
        chromium.close()
    return 0


if __name__ == "__main__":
    main(__doc__, take)

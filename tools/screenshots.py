#!/usr/bin/env python3
"""
Pictures of the workspace for README and docs, in both languages, from a running demo:

    kezhi serve -p kezhi-demo --no-browser &
    python tools/screenshots.py http://localhost:8000 admin PASSWORD

Writes docs/images/<page>-<zh|en>.png, and fails where one is larger than `LARGEST` bytes.
"""

from __future__ import annotations

import os
import shutil
import struct
import sys
import zlib
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

IMAGES = Path(__file__).resolve().parents[1] / "docs" / "images"
LARGEST = 200_000
WIDTH, HEIGHT = 1280, 800
PAGES = {
    "cockpit": "/cockpit",
    "customers": "/customers",
    "segments": "/segments/edit?key=look_no_buy",
    "rfm": "/rfm",
    "groups": "/groups",
    "products": "/products",
    "prices": "/products?tab=prices",
    "market": "/market",
    "voices": "/voices",
    "habits": "/habits",
    "departments": "/teams",
    "leads": "/leads",
    "campaigns": "/campaigns",
    "warnings": "/warnings?tab=lost",
    "models": "/models/churn",
    "metrics": "/metrics/net_sales?period=month&by=channel",
}
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
CHROMIUM = os.environ.get("KEZHI_CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update"]


def smaller(png: bytes) -> bytes:
    """*png* packed again as tightly as zlib can: the browser packs for speed."""
    chunks, place, packed = [], 8, b""
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        kind, data = png[place + 4 : place + 8], png[place + 8 : place + 8 + length]
        if kind == b"IDAT":
            packed += data
        else:
            chunks.append((kind, data))
        place += length + 12
    chunks.insert(-1, (b"IDAT", zlib.compress(zlib.decompress(packed), 9)))  # before the last, IEND
    made = b"".join(struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks)
    return min(png[:8] + made, png, key=len)


def taken(page: Page, path: str) -> bytes:
    """The page at *path*, once nothing is loading."""
    page.goto(path)
    for _ in range(2):  # what the first answers ask for comes after them
        page.wait_for_load_state("networkidle")
        page.wait_for_function("() => !document.querySelector('.ant-spin-spinning, .ant-skeleton-active')")
        page.wait_for_timeout(500)
    page.mouse.move(WIDTH - 1, HEIGHT - 1)
    return smaller(page.screenshot())


def main(address: str, login: str, password: str) -> int:
    """Take all pictures; 1 where one is too large."""
    too_large = 0
    IMAGES.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for lang, locale in LANGUAGES.items():
            size = {"width": WIDTH, "height": HEIGHT}
            context = browser.new_context(base_url=address, locale=locale, viewport=size, reduced_motion="reduce", color_scheme="light")
            answer = context.request.post("/api/v1/sign-in", data={"login": login, "password": password})
            if answer.status != 204:
                sys.exit(answer.text())
            page = context.new_page()
            for name, path in PAGES.items():
                picture = taken(page, path)
                (IMAGES / f"{name}-{lang}.png").write_bytes(picture)
                print(f"{name}-{lang}.png {len(picture):,} bytes")
                too_large += len(picture) > LARGEST
            context.close()
        browser.close()
    if too_large:
        print(f"{too_large} larger than {LARGEST:,} bytes", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    sys.exit(main(*sys.argv[1:]))

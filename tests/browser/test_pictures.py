"""The moving picture of the gallery is put together from stills as browsers read it."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest
from tests.browser.pictures import animated, chunks_of, shot, size_of

if TYPE_CHECKING:
    from tests.browser.chromium import Browser

pytestmark = pytest.mark.slow


def test_stills_become_one_picture_that_a_browser_shows(browser: Browser) -> None:
    page = browser.new_page()
    page.size(320, 201)
    frames = []
    for colour in ("red", "blue"):
        page.run(f"document.body.style.background = '{colour}'")
        page.frames()
        frames.append(shot(page, quality=50))
    assert [size_of(frame) for frame in frames] == [(320, 201)] * 2
    picture = animated(frames, 100)
    assert [name for name, _ in chunks_of(picture)] == [b"VP8X", b"ANIM", b"ANMF", b"ANMF"]
    assert int.from_bytes(picture[4:8], "little") == len(picture) - 8
    source = f"data:image/webp;base64,{base64.b64encode(picture).decode()}"
    script = (
        f"(async () => {{ const image = new Image(); image.src = '{source}';"
        " await image.decode(); return [image.naturalWidth, image.naturalHeight]; })()"
    )
    assert page.run(script) == [320, 201]

"""Makes the pictures of the documentation from a run: stills, and one that moves.

Run as ``python -m tests.browser.pictures RUN docs/gallery``; it needs Chromium. RUN is the folder
that ``patrolsim demo --out RUN`` has written.
"""

from __future__ import annotations

import base64
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tests.browser.chromium import chromium, find_chromium

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tests.browser.chromium import Browser, Page

EVENING_S, STEP_S, STEPS = 64_800, 20, 30
FRAME_MS = 110
QUALITY, QUALITY_OF_FRAMES = 82, 45
IMAGE_CHUNKS = (b"VP8 ", b"VP8L", b"ALPH")


class Still(NamedTuple):
    """A picture of a page: its file, the page, how it is looked at."""

    name: str
    page: str
    language: str
    theme: str
    size: tuple[int, int]
    scroll_to: str = ""


STILLS = (
    Still("playback", "playback", "en", "light", (1280, 800)),
    Still("playback-zh-dark", "playback", "zh", "dark", (1280, 800)),
    Still("playback-phone", "playback", "zh", "light", (400, 800)),
    Still("report", "report", "en", "light", (1280, 800)),
    Still("report-zh-dark", "report", "zh", "dark", (1280, 800)),
    Still("report-map", "report", "en", "light", (1280, 640), "places"),
)


def make_pictures(run: Path, folder: Path) -> Iterator[Path]:
    """Write all pictures and yield their files."""
    program = find_chromium()
    if program is None:
        raise SystemExit("there is no Chromium on this machine")
    folder.mkdir(parents=True, exist_ok=True)
    with chromium(program) as browser:
        for still in STILLS:
            yield write_picture(folder / f"{still.name}.webp", picture_of(browser, run, still))
        frames = moving_frames(browser, run)
    yield write_picture(folder / "playback-moving.webp", animated(frames, FRAME_MS))


def write_picture(file: Path, picture: bytes) -> Path:
    """Write a file and return it."""
    file.write_bytes(picture)
    return file


def picture_of(browser: Browser, run: Path, still: Still) -> bytes:
    """Return a still."""
    page = window_of(browser, still.theme, still.size)
    address = (run / f"{still.page}.html").as_uri()
    if still.page == "playback":
        page.open(f"{address}#t={EVENING_S}&lang={still.language}")
    else:
        page.call("Page.navigate", url=address)
        page.until("document.readyState === 'complete'")
        speak = f"document.documentElement.dataset.lang === '{still.language}'"
        page.run(f"{speak} || document.getElementById('language').click()")
    if still.scroll_to:
        look = "scrollIntoView({behavior: 'instant'})"
        page.run(f"document.getElementById('{still.scroll_to}').{look}")
    page.frames(4)
    return shot(page, quality=QUALITY)


def moving_frames(browser: Browser, run: Path) -> list[bytes]:
    """Return the pictures of some minutes of both maps with the clock below them."""
    page = window_of(browser, "light", (1180, 720))
    page.open(f"{(run / 'playback.html').as_uri()}#t={EVENING_S}&lang=en")
    width, height = page.run(
        "(({width, height}) => [width, height])("
        "document.querySelector('main').getBoundingClientRect())"
    )
    top = page.run("document.querySelector('main').getBoundingClientRect().top")
    clip = {"x": 0, "y": top, "width": width, "height": height, "scale": 0.8}
    frames = []
    for step in range(STEPS):
        page.run(f"playback.goTo({1000 * (EVENING_S + STEP_S * step)})")
        page.frames()
        frames.append(shot(page, quality=QUALITY_OF_FRAMES, clip=clip))
    return frames


def window_of(browser: Browser, theme: str, size: tuple[int, int]) -> Page:
    """Return an empty window."""
    page = browser.new_page()
    page.prefer(prefers_color_scheme=theme)
    page.size(*size)
    return page


def shot(page: Page, **how: object) -> bytes:
    """Return what a window shows, as WebP."""
    return base64.b64decode(page.call("Page.captureScreenshot", format="webp", **how)["data"])


def animated(frames: Sequence[bytes], frame_ms: int) -> bytes:
    """Return WebP pictures of one size as one that moves for ever.

    References
    ----------
    Google, WebP Container Specification: chunks VP8X, ANIM and ANMF.
    """
    sizes = {size_of(frame) for frame in frames}
    ((width, height),) = sizes
    extent = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    parts = [chunk(b"VP8X", b"\x02\0\0\0" + extent), chunk(b"ANIM", b"\xff\xff\xff\xff\0\0")]
    for frame in frames:
        head = bytes(6) + extent + frame_ms.to_bytes(3, "little") + b"\x02"
        inside = b"".join(chunk(n, d) for n, d in chunks_of(frame) if n in IMAGE_CHUNKS)
        parts.append(chunk(b"ANMF", head + inside))
    return chunk(b"RIFF", b"WEBP" + b"".join(parts))


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a piece of a RIFF file, of even length."""
    return name + len(content).to_bytes(4, "little") + content + b"\0" * (len(content) % 2)


def chunks_of(picture: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the pieces of a WebP picture: name and content."""
    place = 12
    while place < len(picture):
        size = int.from_bytes(picture[place + 4 : place + 8], "little")
        yield picture[place : place + 4], picture[place + 8 : place + 8 + size]
        place += 8 + size + size % 2


def size_of(picture: bytes) -> tuple[int, int]:
    """Return width and height of a lossy WebP picture, from the head of its first frame."""
    (content,) = (content for name, content in chunks_of(picture) if name == b"VP8 ")
    width, height = (int.from_bytes(content[at : at + 2], "little") & 0x3FFF for at in (6, 8))
    return width, height


if __name__ == "__main__":
    for file in make_pictures(Path(sys.argv[1]).absolute(), Path(sys.argv[2])):
        sys.stdout.write(f"{file}: {file.stat().st_size:,} bytes\n")

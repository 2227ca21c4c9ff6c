"""A headless Chromium, driven through its own pipe: no driver, no library, no port."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-dev-shm-usage",
    "--remote-debugging-pipe",
)
KEY_CODES = {" ": 32, "End": 35, "Home": 36, "ArrowLeft": 37, "ArrowUp": 38, "ArrowRight": 39}


def find_chromium() -> str | None:
    """Return the program; None where there is none."""
    return next((found for name in NAMES if (found := shutil.which(name))), None)


class Page:
    """One page in the browser, and everything that it asked for or complained of."""

    def __init__(self, browser: _Pipe, session: str) -> None:
        self._browser = browser
        self._session = session
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Ask the browser for something, and return its answer."""
        return self._browser.call(method, parameters, self._session)

    def open(self, address: str) -> None:
        """Open an address and wait until the page says that it is ready."""
        self.call("Page.navigate", url=address)
        self.until("document.documentElement.dataset.ready !== undefined")

    def until(self, condition: str) -> None:
        """Wait for something, looking again and again."""
        test = f"let is = false; try {{ is = ({condition}); }} catch {{}}"
        look = f"const look = () => {{ {test} is ? done(true) : setTimeout(look, 20); }};"
        self.run(f"new Promise(done => {{ {look} look(); }})")

    def run(self, script: str) -> Any:
        """Evaluate a script, wait for its promise, and return its value."""
        found = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def frames(self, count: int = 2) -> None:
        """Let some pictures be drawn."""
        step = "left-- ? requestAnimationFrame(next) : done(true)"
        look = f"let left = {count}; const next = () => {step}; next();"
        self.run(f"new Promise(done => {{ {look} }})")

    def size(self, width: int, height: int, *, scale: float = 1) -> None:
        """Give the window a size."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        self.frames()

    def prefer(self, **features: str) -> None:
        """Set what the user prefers, as prefers_color_scheme="dark"."""
        wanted = [{"name": n.replace("_", "-"), "value": v} for n, v in features.items()]
        self.call("Emulation.setEmulatedMedia", features=wanted)

    def press(self, key: str, *, shift: bool = False) -> None:
        """Press and release a key."""
        modifiers = 8 if shift else 0
        codes = {"windowsVirtualKeyCode": KEY_CODES.get(key, ord(key[0].upper()))}
        text = {"text": key} if len(key) == 1 else {}
        for kind in ("keyDown", "keyUp"):
            extra = text if kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, modifiers=modifiers, **codes, **extra
            )
        self.frames()

    def click(self, selector: str) -> None:
        """Click into the middle of an element with the mouse."""
        x, y = self.middle(selector)
        self.drag((x, y), (x, y))

    def middle(self, selector: str) -> tuple[float, float]:
        """Return the middle of an element in the window, scrolled into view."""
        element = f"document.querySelector({json.dumps(selector)})"
        script = (
            f"(() => {{ const e = {element}; e.scrollIntoView({{block: 'nearest'}});"
            " const b = e.getBoundingClientRect();"
            " return [b.left + b.width / 2, b.top + b.height / 2]; })()"
        )
        x, y = self.run(script)
        return x, y

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        """Press the mouse, move it, let go."""
        left: dict[str, Any] = {"button": "left", "buttons": 1, "clickCount": 1}
        events: tuple[tuple[str, tuple[float, float], dict[str, Any]], ...] = (
            ("mouseMoved", start, {}),
            ("mousePressed", start, left),
            ("mouseMoved", end, left),
            ("mouseReleased", end, left | {"buttons": 0}),
        )
        for kind, (x, y), more in events:
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, **more)
            self.frames(1)
        self.frames()

    def wheel(self, at: tuple[float, float], down: float) -> None:
        """Turn the wheel over a point."""
        x, y = at
        self.call("Input.dispatchMouseEvent", type="mouseWheel", x=x, y=y, deltaX=0, deltaY=down)
        self.frames()

    def screenshot(self) -> bytes:
        """Return a picture of the window as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"])

    @property
    def requests(self) -> list[str]:
        """Every address that was asked for, but what the page carries itself."""
        events = self._browser.events("Network.requestWillBeSent", self._session)
        addresses = [event["request"]["url"] for event in events]
        return [address for address in addresses if not address.startswith("data:")]

    @property
    def complaints(self) -> list[str]:
        """Every error and warning of the console, every exception, every broken policy."""
        thrown = self._browser.events("Runtime.exceptionThrown", self._session)
        logged = self._browser.events("Log.entryAdded", self._session)
        called = self._browser.events("Runtime.consoleAPICalled", self._session)
        return [
            *(event["exceptionDetails"]["text"] for event in thrown),
            *(event["entry"]["text"] for event in logged),
            *(str(event["args"]) for event in called if event["type"] in {"error", "warning"}),
        ]


class _Pipe:
    """Speaks the protocol of the browser: JSON texts that end with a zero byte."""

    def __init__(self, program: str, profile: str, log: Path) -> None:
        from_us, to_browser = os.pipe()
        from_browser, to_us = os.pipe()
        # The browser reads from descriptor 3 and writes to 4.
        shell = 'exec "$0" "$@" 3<&"$IN" 4>&"$OUT"'
        with log.open("wb") as errors:
            self._process = subprocess.Popen(
                ["/bin/bash", "-c", shell, program, *FLAGS, f"--user-data-dir={profile}"],
                pass_fds=(from_us, to_us),
                env={**os.environ, "IN": str(from_us), "OUT": str(to_us)},
                stdout=errors,
                stderr=errors,
            )
        os.close(from_us)
        os.close(to_us)
        self._to = os.fdopen(to_browser, "wb", buffering=0)
        self._from = os.fdopen(from_browser, "rb")
        self._number = 0
        self._events: list[dict[str, Any]] = []

    def call(self, method: str, parameters: dict[str, Any], session: str | None) -> dict[str, Any]:
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        self._to.write(json.dumps(message).encode() + b"\0")
        while True:
            answer = self._read()
            if answer.get("id") == self._number:
                assert "error" not in answer, (method, answer["error"])
                result: dict[str, Any] = answer["result"]
                return result
            self._events.append(answer)

    def events(self, method: str, session: str) -> list[dict[str, Any]]:
        return [
            event["params"]
            for event in self._events
            if event.get("method") == method and event.get("sessionId") == session
        ]

    def _read(self) -> dict[str, Any]:
        text = bytearray()
        while (byte := self._from.read(1)) != b"\0":
            assert byte, "the browser is gone"
            text += byte
        answer: dict[str, Any] = json.loads(text)
        return answer

    @property
    def pid(self) -> int:
        return self._process.pid

    def close(self) -> None:
        self._to.close()
        try:
            self._process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._from.close()


class Browser:
    """A running browser."""

    def __init__(self, pipe: _Pipe) -> None:
        self._pipe = pipe

    @property
    def pid(self) -> int:
        """Number of the first process of the browser; all others descend from it."""
        return self._pipe.pid

    def new_page(self) -> Page:
        """Return a new, empty page."""
        target = self._pipe.call("Target.createTarget", {"url": "about:blank"}, None)
        attach = {"targetId": target["targetId"], "flatten": True}
        session = self._pipe.call("Target.attachToTarget", attach, None)
        return Page(self._pipe, session["sessionId"])


@contextmanager
def chromium(program: str) -> Iterator[Browser]:
    """Run a browser with an empty profile of its own."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        pipe = _Pipe(program, profile, Path(profile) / "log.txt")
        try:
            yield Browser(pipe)
        finally:
            pipe.close()

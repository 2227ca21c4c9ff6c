"""A page taken apart: its elements, attributes and words."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser

SILENT = {"script", "style", "title", "desc"}
VOID = {"meta", "link", "br"}


class Page(HTMLParser):
    """What a browser would find in a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: Counter[str] = Counter()
        self.attributes: set[str] = set()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words = ["", ""]
        self._open: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.tags[tag] += 1
        self.attributes |= set(found)
        self.links += [found[key] or "" for key in ("href", "src", "action") if key in found]
        if found.get("id"):
            self.ids.append(found["id"] or "")
        if tag not in VOID:
            self._open.append((tag, found.get("lang") or ""))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if any(tag in SILENT for tag, _ in self._open):
            return
        spoken = [lang for tag, lang in self._open if tag in {"span", "tspan"} and lang]
        for index, language in enumerate(("en", "zh-Hans")):
            if not spoken or spoken[-1] == language:
                self.words[index] += f" {data}"


def parsed(page: str) -> Page:
    """Return a page taken apart."""
    found = Page()
    found.feed(page)
    found.close()
    return found

"""The report in a real browser, from the disk: no request, no error, both buttons work."""

from __future__ import annotations

import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Any

import pytest
from tests.told_runs import write_run

from patrolsim.report.page import make_report

if TYPE_CHECKING:
    from pathlib import Path

BROWSER = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(BROWSER is None, reason="there is no Chromium on this machine"),
]
PROBE = """<script>
var errors = [];
window.addEventListener('error', function (e) { errors.push(e.message); });
document.addEventListener('securitypolicyviolation', function (e) { errors.push(e.blockedURI); });
</script>"""
ASK = """<script>
function seen() { return document.querySelector('.lead').innerText; }
function titles() { return document.querySelector('svg title[data-en]').textContent; }
var root = document.documentElement, found = {};
found.english = [root.lang, seen(), titles()];
document.getElementById('language').click();
found.chinese = [root.lang, seen(), titles()];
var paper = getComputedStyle(document.body).backgroundColor;
document.getElementById('theme').click();
found.papers = [paper, getComputedStyle(document.body).backgroundColor];
found.requests = performance.getEntriesByType('resource').length;
found.overflow = root.scrollWidth - root.clientWidth;
found.width = root.clientWidth;
found.drawings = Array.from(document.querySelectorAll('figure svg')).filter(function (s) {
  return s.getBBox().width > 100 && s.getBoundingClientRect().width > 100;
}).length;
found.figures = document.querySelectorAll('figure').length;
found.errors = errors;
(window.parent.document.getElementById('out') || document.body).textContent =
  'FOUND' + JSON.stringify(found) + 'END';
</script>"""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the page of the town on two evenings, with questions at its end."""
    html = make_report(write_run(tmp_path_factory.mktemp("page") / "run", replications=2)).html(
        "en"
    )
    return html.replace("<head>", f"<head>{PROBE}").replace("</body>", f"{ASK}</body>")


def dom(file: Path) -> str:
    """Return what a page has become in the browser."""
    command = [
        *(str(BROWSER), "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
        *(f"--user-data-dir={file.parent / 'profile'}", "--allow-file-access-from-files"),
        *("--virtual-time-budget=5000", "--window-size=1440,900", "--dump-dom", file.as_uri()),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=240)
    return done.stdout


def answers(text: str) -> Any:
    return json.loads(text.partition("FOUND")[2].partition("END")[0].replace("&amp;", "&"))


def test_it_opens_from_the_disk_and_both_buttons_work(page: str, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(page, encoding="utf-8")
    found = answers(dom(file))
    assert found["errors"] == []
    assert found["requests"] == 0
    assert found["english"][0] == "en"
    assert found["chinese"][0] == "zh-Hans"
    assert found["english"][1] != found["chinese"][1]
    assert "平均响应时间" in found["chinese"][1]
    assert found["english"][2] != found["chinese"][2]
    assert found["papers"][0] != found["papers"][1]
    assert found["drawings"] == found["figures"] > 5
    assert found["overflow"] <= 0


def test_nothing_is_wider_than_a_phone(page: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    outer = tmp_path / "phone.html"
    frame = '<iframe src="page.html" style="width:390px;height:800px;border:0"></iframe>'
    outer.write_text(f'<body style="margin:0">{frame}<pre id="out"></pre>', encoding="utf-8")
    found = answers(dom(outer))
    assert found["width"] == 390
    assert found["overflow"] <= 0

"""A learner's way through a practice notebook, in a real JupyterLab and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RIGHT = (ROOT / "solutions" / "clip_grad_norm" / "reference.py").read_text(encoding="utf-8")
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WAIT = 60_000  # milliseconds, at most

CONTRAST = """
element => {
  const parts = colour => colour.match(/[\\d.]+/g).map(Number);
  const light = colour => parts(colour).slice(0, 3).map(value => value / 255)
    .map(value => value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
    .reduce((sum, value, index) => sum + value * [0.2126, 0.7152, 0.0722][index], 0);
  let behind = element;
  while (parts(getComputedStyle(behind).backgroundColor)[3] === 0) behind = behind.parentElement;
  const both = [light(getComputedStyle(element).color), light(getComputedStyle(behind).backgroundColor)];
  return (Math.max(...both) + 0.05) / (Math.min(...both) + 0.05);
}
"""


@pytest.fixture
def lab(tmp_path):
    """`gradkata lab clip_grad_norm` in a dark theme, with every folder of its own; the address that it names."""
    settings = tmp_path / "settings" / "@jupyterlab" / "apputils-extension"
    settings.mkdir(parents=True)
    (settings / "themes.jupyterlab-settings").write_text(json.dumps({"theme": "JupyterLab Dark"}))
    (settings / "notification.jupyterlab-settings").write_text(json.dumps({"fetchNews": "false"}))
    folders = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "JUPYTERLAB_SETTINGS_DIR": "settings",
        "JUPYTERLAB_WORKSPACES_DIR": "workspaces",
        "IPYTHONDIR": "ipython",
        "GRADKATA_STATE": "state",
    }
    environment = {**os.environ, **{name: str(tmp_path / folder) for name, folder in folders.items()}}
    environment.pop("GRADKATA_KIT", None)
    command = [
        "-c",
        "from gradkata.cli import main; main()",
        "lab",
        "clip_grad_norm",
        "--dir",
        "mine",
        "--no-browser",
        "--port",
        "0",
    ]
    server = subprocess.Popen(
        [sys.executable, *command], cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True
    )
    with server:
        try:
            said = []
            for line in server.stderr:
                said.append(line)
                if line.startswith("JupyterLab: "):
                    yield line.removeprefix("JupyterLab: ").strip()
                    break
            else:
                pytest.fail("".join(said))
        finally:
            server.terminate()


@pytest.fixture
def page():
    """An empty page."""
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # Chromium's own does not work for root
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(viewport={"width": 1200, "height": 900})
        page.set_default_timeout(WAIT)
        yield page
        browser.close()


@pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium on this machine (Debian: apt-get install chromium)")
def test_the_verdict_turns_when_the_stub_becomes_a_right_answer(lab, page, tmp_path):
    from playwright.sync_api import expect

    def cell(text):
        return page.locator(".jp-CodeCell", has_text=text).first

    def run(one, source=None):
        one.locator(".cm-content").click()
        if source is not None:
            page.keyboard.press("Control+a")
            page.keyboard.insert_text(source)
        page.keyboard.press("Control+Enter")

    page.goto(lab)
    expect(page.get_by_text("| Idle").first).to_be_visible(timeout=WAIT)
    check, answer = cell('check("clip_grad_norm")'), cell("def clip_grad_norm")
    verdict = check.locator(".gk-verdict")

    run(cell("from gradkata import"))
    run(answer)
    run(check)
    expect(verdict).to_have_text("✘ not passed: clip_grad_norm, 0 of 100 points (In [2])", timeout=WAIT)
    expect(check).to_contain_text("Nothing is written yet.")
    assert page.evaluate("document.body.dataset.jpThemeLight") == "false"
    assert verdict.evaluate(CONTRAST) > 4.5

    run(answer, RIGHT)
    run(check)
    expect(verdict).to_have_text("✔ passed: clip_grad_norm, 100 of 100 points (In [4])", timeout=WAIT)
    assert verdict.evaluate(CONTRAST) > 4.5
    passed = check.locator("details").last
    expect(passed.locator("li").first).to_be_hidden()
    passed.locator("summary").click()
    expect(passed.locator("li").first).to_be_visible()

    page.keyboard.press("Control+s")
    expect(page.locator(".jp-mod-dirty")).to_have_count(0)
    saved = (tmp_path / "mine" / "clip_grad_norm.ipynb").read_text(encoding="utf-8")
    assert "passed: clip_grad_norm, 100 of 100 points" in saved
    assert RIGHT.splitlines()[-1] in saved

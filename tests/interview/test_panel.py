"""The interviewer's page: who may see it, what it may do, and what it shows in a real browser."""

from __future__ import annotations

import json
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from urllib.request import urlopen

import pytest
import uvicorn

from gradkata.errors import UserError
from gradkata.interview import serving
from gradkata.interview.begin import begin
from gradkata.interview.clock import now
from gradkata.interview.desk import Desk
from gradkata.interview.panel import Panel
from gradkata.interview.plan import named
from gradkata.interview.serving import HOST, Server, application, listening
from gradkata.interview.shelf import interview_of

WAY_IN = "one-for-tests"
RIGHT = "def scale(numbers, factor):\n    numbers[:] = [number * factor for number in numbers]\n"
WRONG = "def scale(numbers, factor):\n    numbers = []  # wrong </pre><script>alert(1)</script>\n"


@dataclass
class Served:
    """A server that runs in a thread."""

    port: int
    desk: Desk

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.port}/{WAY_IN}/"

    def ask(self, method="GET", path="", body=None, secret=WAY_IN, **headers):
        connection = HTTPConnection(HOST, self.port, timeout=10)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/{secret}/{path}", body, given)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer.status, dict(answer.getheaders()), text

    def step(self, step, **headers):
        given = {"Content_Type": "application/json"} | headers
        status, _, text = self.ask("POST", "step", step if isinstance(step, str) else json.dumps(step), **given)
        return status, json.loads(text).get("error", "")


@pytest.fixture
def desk(shelf, kit):
    """An interview on the machine's own clock."""
    return begin(shelf, kit, named(kit, ["scale", "add"]), minutes=30, seed=5, clock=now)


@pytest.fixture
def served(desk, monkeypatch):
    monkeypatch.setattr(serving, "_LOOK_EVERY", 0.05)
    ending = threading.Event()
    with listening(0) as listener:
        config = uvicorn.Config(
            application(Panel.on(desk), WAY_IN, ending),
            log_level="error",
            lifespan="off",
            loop="asyncio",
            http="h11",
            ws="none",
            timeout_graceful_shutdown=1,
        )
        server = Server(config, ending)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Served(listener.getsockname()[1], desk)
        finally:
            server.handle_exit(signal.SIGINT, None)
            thread.join(10)
            assert not thread.is_alive()


def test_the_page_is_strict_and_only_for_who_has_the_address(served):
    status, headers, page = served.ask()
    assert status == 200
    assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'; ")
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert not [name for name in headers if name.startswith("access-control")]
    assert '<script src="panel.js"></script>' in page
    assert len(re.findall("<script", page)) == 1
    assert "Never runs it." in page
    assert served.ask(path="panel.js")[0] == 200
    for secret in ("", "wrong", WAY_IN + "x", WAY_IN[:-1], "%ff"):
        assert served.ask(secret=secret)[0] == 404
        assert served.ask("POST", "step", "{}", secret=secret, Content_Type="application/json")[0] == 404


def test_a_foreign_name_that_leads_here_is_refused(served):
    assert served.ask(Host="evil.example")[0] == 400
    assert served.ask(Host=f"evil.example:{served.port}")[0] == 400
    assert served.ask(Host=f"localhost:{served.port}")[0] == 200


def test_a_step_from_another_page_is_refused(served):
    step = {"step": "note", "text": "hello"}
    assert served.step(step, Origin="http://evil.example") == (403, "this comes from another page")
    assert served.step(step, Origin="null") == (403, "this comes from another page")
    assert served.step(step, Content_Type="text/plain") == (403, "a step is sent as application/json")
    assert interview_of(served.desk.log).question.notes == ()
    assert served.step(step, Origin=f"http://{HOST}:{served.port}") == (200, "")
    assert interview_of(served.desk.log).question.notes == ("hello",)


BAD_STEPS = [
    ("{", 400, "that is no JSON"),
    ("[" * 50_000, 400, "that is no JSON"),
    ("x" * 70_000, 413, "that is too long"),
    ("[]", 409, "a step is a JSON object"),
    ({"step": "sing"}, 409, "there is no such step"),
    ({"step": "mark", "question": "0", "group": "probing", "item": 0, "on": True}, 409, "there is no such step"),
    ({"step": "mark", "question": 9, "group": "probing", "item": 0, "on": True}, 409, "there is no question 10"),
    ({"step": "mark", "question": 0, "group": "x", "item": 0, "on": True}, 409, "there is no group `x`"),
    ({"step": "points", "question": 0, "follow_up": 0, "points": ["1"]}, 409, "key points are numbers"),
    ({"step": "points", "question": 0, "follow_up": 5, "points": [1]}, 409, "there is no follow-up question 6"),
    ({"step": "points", "question": 0, "follow_up": 0, "points": [3]}, 409, "there is no key point 3; they are "),
    ({"step": "note", "text": " "}, 409, "a note needs a text"),
    ({"step": "resume"}, 409, "the interview is not paused"),
]


def test_a_step_that_is_not_understood_or_not_possible_is_one_line(served):
    for step, status, error in BAD_STEPS:
        got, said = served.step(step)
        assert (got, said[: len(error)]) == (status, error)
    assert [event.kind for event in served.desk.log.events()] == ["started", "opened"]


def test_the_stream_begins_with_how_things_stand_and_goes_on_with_what_changes(served, write):
    connection = HTTPConnection(HOST, served.port, timeout=10)
    connection.request("GET", f"/{WAY_IN}/events")
    answer = connection.getresponse()

    def next_state() -> dict:
        while not (line := answer.fp.readline()).startswith(b"data: "):
            pass
        return json.loads(line.removeprefix(b"data: "))

    first = next_state()
    assert (first["state"], first["current"], first["checks"], first["saved"]) == ("running", 0, 0, "")
    write(RIGHT)
    while (state := next_state())["source"] != RIGHT:
        pass
    assert state["saved"]
    assert state["elapsed"] >= first["elapsed"]
    connection.close()


def test_a_port_that_is_taken_is_one_line(served):
    with (
        pytest.raises(UserError, match=f"--port {served.port}: Address already in use; leave it out"),
        listening(served.port),
    ):
        pass


def test_an_address_is_told_and_ctrl_c_ends_it(desk, monkeypatch):
    told = []

    def run(self, sockets):
        assert self.config.access_log is False
        assert sockets[0].getsockname()[0] == HOST
        raise KeyboardInterrupt

    monkeypatch.setattr(Server, "run", run)
    for _ in range(2):
        serving.run(Panel.on(desk), 0, told.append)
    secrets = [re.fullmatch(r"http://127\.0\.0\.1:\d+/([\w-]{32})/", address)[1] for address in told]
    assert len(set(secrets)) == 2


_SERVE = """
    import sys
    from pathlib import Path
    from gradkata.interview.clock import now
    from gradkata.interview.desk import Desk
    from gradkata.interview.log import Log
    from gradkata.interview.panel import Panel
    from gradkata.interview.serving import run

    run(Panel.on(Desk(Log(Path(sys.argv[1])), now)), 0, lambda address: print(address, flush=True))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_ctrl_c_with_a_page_open_ends_without_a_word(desk):
    command = [sys.executable, "-c", textwrap.dedent(_SERVE), str(desk.log.path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        stream = urlopen(process.stdout.readline().strip() + "events")  # noqa: S310  (our own address)
        assert stream.readline().startswith(b"data: ")
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=20)
        stream.close()
    assert (process.returncode, said) == (0, "")


# --- in a real browser ------------------------------------------------------------------------------------------------

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_in_a_browser_code_appears_ticks_are_kept_and_the_clock_runs(served, write, grader):
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    faults = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.goto(served.address)
        expect = sync_api.expect
        expect.set_options(timeout=15_000)
        clock = page.locator("#clock")
        expect(clock).to_have_text(re.compile(r"^0:0\d of 30:00$"))
        shown = clock.text_content()
        expect(clock).not_to_have_text(shown)  # it runs

        write(WRONG)
        expect(page.locator("#code")).to_have_text(WRONG, use_inner_text=False)
        served.desk.check(grader)
        expect(page.locator("#report")).to_contain_text("not passed: 40 of 100 points")
        expect(page.locator("#report")).to_contain_text("Behaves like: A name was bound.")
        served.desk.ask("may the list be empty?")
        expect(page.locator("section:visible label.heard")).to_contain_text("May the list be empty?")

        page.get_by_label("Never runs it.").first.click()
        expect(page.get_by_label("Never runs it.").first).to_be_checked()
        page.locator("section:visible summary", has_text="Why in place?").click()
        page.get_by_label("aliasing").first.click()
        expect(page.get_by_label("aliasing").first).to_be_checked()
        page.locator("#note").fill("talks well")
        page.get_by_role("button", name="Keep it").click()
        expect(page.locator("#timeline")).to_contain_text("Note: talks well")
        question = interview_of(served.desk.log).question
        assert question.marks == {("red_flags", 1)}
        assert [(one.answer, one.ticks) for one in question.follow_ups] == [("(aloud)", (0,))]
        assert question.notes == ("talks well",)
        page.reload()
        expect(page.get_by_label("Never runs it.").first).to_be_checked()

        page.get_by_role("button", name="Pause").click()
        expect(page.locator("#state")).to_have_text("paused")
        page.get_by_role("button", name="Resume").click()
        expect(page.locator("#state")).to_have_text("running")
        served.desk.next()
        expect(page.locator("#place")).to_have_text(re.compile("^question 2 of 2"))
        served.desk.finish(None)
        expect(page.locator("#state")).to_have_text(re.compile("^finished: "))
        browser.close()
    assert faults == []


def test_a_look_costs_little(served):
    """The page looks twice a second, beside a candidate who works."""
    panel = Panel.on(served.desk)
    began = time.perf_counter()
    for _ in range(20):
        panel.state()
    assert (time.perf_counter() - began) / 20 < 0.1

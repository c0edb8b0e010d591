"""Tables, pages and gradebooks: nothing that a stranger wrote becomes markup or a formula, and nothing leaks."""

from __future__ import annotations

import csv
import io
import json
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from gradkata.report.entry import Entry, Summary, for_learner
from gradkata.report.gradebook import to_csv, to_gradescope, to_junit
from gradkata.report.model import Diagnosis, Status, SubmissionInfo
from gradkata.report.overview import draw
from gradkata.report.pages import pages

HOSTILE = '</pre><script>alert(1)</script><img src=x onerror="y">&\x1b[2J\u202e\0'


@pytest.fixture
def report(make_report, make_check):
    """Makes a report on a submission of this name, with one failed check."""

    def make(name="class/alice.py", message="Expected: 1\nSeen: 2", **changes):
        check = make_check("parity.dtypes", status=Status.FAILED, message=message, evidence={"unseen": "fact"})
        made = make_report(make_check(), check, **changes)
        return made.model_copy(update={"submission": SubmissionInfo(name=name, sha256="00")})

    return make


def entries_of(*reports):
    return [Entry.of(report) for report in reports]


class Tags(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def test_whatever_comes_from_a_submission_is_escaped_on_every_page(report):
    diagnosis = Diagnosis(mistake="m", title=HOSTILE, explanation=HOSTILE)
    made = report(f"{HOSTILE}.py", HOSTILE, output=HOSTILE, fault=HOSTILE, diagnosis=[diagnosis])
    written = dict(pages("scale", "Scale", [*entries_of(made), Entry(HOSTILE, error=HOSTILE)]))
    assert len(written) == 2
    for text in written.values():
        assert not {"script", "img"} & {tag for tag, _ in Tags(text).found}
        assert not {"\x1b", "\0", "\u202e"} & set(text)
        assert "&lt;script&gt;" in text


def test_pages_stand_by_themselves_and_can_be_read_by_all(report):
    for name, text in pages("scale", "Scale", entries_of(report(), report("class/bob.py"))):
        tags = Tags(text).found
        assert ("html", {"lang": "en"}) in tags
        assert [tag for tag, _ in tags].count("h1") == 1
        assert not {"link", "script", "iframe"} & {tag for tag, _ in tags}
        targets = [attributes["href"] for tag, attributes in tags if tag == "a"]
        assert all(target.startswith("submissions/") for target in targets)
        assert bool(targets) == (name == "index.html")
        assert "prefers-color-scheme: dark" in text
        assert all("scope" in attributes for tag, attributes in tags if tag == "th")


def test_file_names_are_our_own(report):
    names = ["../../etc/passwd.py", "..\\up.py", "täst file.py", ".py"]
    written = [name for name, _ in pages("scale", "Scale", entries_of(*map(report, names)))]
    assert written[1:] == [
        "submissions/0001-passwd.html",
        "submissions/0002-up.html",
        "submissions/0003-t-st-file.html",
        "submissions/0004.html",
    ]


def test_a_learners_page_holds_no_other_learner_and_no_fact_behind_a_message(report):
    made = [report("/home/prof/alice.py", "/home/prof/alice.py: 1"), report("/home/prof/bob.py", "only bob's")]
    alice = dict(pages("scale", "Scale", entries_of(*made)))["submissions/0001-alice.html"]
    assert "alice.py: 1" in alice
    for secret in ("bob", "/home/prof", "unseen", "fact"):
        assert secret not in alice


def test_gradescope_sees_scores_and_messages_and_nothing_more(report):
    result = json.loads(to_gradescope(report("/home/prof/alice.py", "/home/prof/alice.py: 1\x1b")))
    assert result["score"] == sum(test["score"] for test in result["tests"]) == 5.0
    assert [test["status"] for test in result["tests"]] == ["passed", "failed"]
    assert result["tests"][1]["output"] == "alice.py: 1\\x1b"
    assert "/home/prof" not in json.dumps(result)
    assert "fact" not in json.dumps(result)


def test_gradescope_says_when_the_fault_is_ours(report):
    result = json.loads(to_gradescope(report(verdict=Status.NOT_JUDGED, fault="The worker was lost.")))
    assert result["output"].startswith(
        "This was not judged: the grader or its machine is at fault. The score is no verdict.\n\nThe worker was lost."
    )


def test_a_report_for_its_author_has_neither_paths_nor_facts(report):
    seen = for_learner(report("/home/prof/alice.py", fault="/home/prof/alice.py is empty."))
    assert (seen.submission.name, seen.fault) == ("alice.py", "alice.py is empty.")
    assert [check.evidence for check in seen.checks] == [{}, {}]


def test_a_table_has_a_line_for_each_and_no_formula(report):
    table = to_csv([*entries_of(report('=cmd|"/c calc"!A1.py'), report("a,b\n.py")), Entry("@x", error="+no")])
    rows = list(csv.DictReader(io.StringIO(table)))
    assert [row["name"] for row in rows] == ['\'=cmd|"/c calc"!A1.py', "a,b\\n.py", "'@x"]
    assert [row["verdict"] for row in rows] == ["not passed", "not passed", "not read"]
    assert rows[2]["fault"] == "'+no"


def test_junit_counts_its_cases_and_is_xml_whatever_is_in_it(report):
    root = ET.fromstring(to_junit("scale", [*entries_of(report(HOSTILE, HOSTILE)), Entry("b", error="gone\x00")]))  # noqa: S314
    first, second = root
    assert (first.get("tests"), first.get("failures"), first.get("errors")) == ("2", "1", "0")
    assert first.find(".//failure").text == HOSTILE.replace("\x1b", "\\x1b").replace("\u202e", "\\u202e").replace(
        "\0", "\\x00"
    )
    assert (second.get("errors"), second.find(".//error").get("message")) == ("1", "gone\\x00")


def test_the_summary_counts_mistakes_points_and_sources_that_are_alike(report):
    late = Diagnosis(mistake="late", title="Too late.", explanation="")
    stub = Diagnosis(mistake="stub", title="Nothing is written yet.", explanation="")
    made = [Entry.of(report(f"{number}.py", diagnosis=[late]), "same" if number < 2 else "") for number in range(3)]
    stubs = [Entry.of(report(f"stub{number}.py", diagnosis=[stub]), "stub") for number in range(2)]
    lost = Entry.of(report("lost.py", verdict=Status.NOT_JUDGED, fault="the worker\nwas lost"))
    summary = Summary.of([*made, *stubs, lost, Entry("gone.py", error="gone.py: no such file")])
    assert summary.words == (("not passed", 5), ("not judged", 1), ("not read", 1))
    assert summary.mistakes == (("Too late.", 3), ("Nothing is written yet.", 2))
    assert summary.alike == (("0.py", "1.py"),)
    assert dict(summary.ranges)["50-59 %"] == 5
    console = Console(width=100, record=True, file=io.StringIO())
    draw(summary, console)
    text = console.export_text()
    assert max(map(len, text.splitlines())) <= 80
    assert "lost.py: the worker\\nwas lost" in text
    assert "gone.py: gone.py: no such file" in text

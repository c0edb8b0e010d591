"""A single report as HTML: what is shown and folded, nothing unescaped, and a style that touches nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from gradkata.report import html
from gradkata.report.html import fragment
from gradkata.report.model import STUB, Diagnosis, Kind, Status, SubmissionInfo

HOSTILE = '</pre></style><script>alert(1)</script><img src=x onerror="y">`<b>`&\x1b[2J\u202e\0'


class Page(HTMLParser):
    """Collects tags with their attributes, and the text that a reader sees, open or folded."""

    def __init__(self, text):
        super().__init__()
        self.tags, self._text, self._style = [], [], False
        self.feed(text)
        self.text = " ".join(" ".join(self._text).split())

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        self._style = tag == "style"

    def handle_endtag(self, tag):
        self._style = False

    def handle_data(self, data):
        if not self._style:
            self._text.append(data)


@pytest.fixture
def failed(make_check):
    """A check that failed, with a message as the judge writes them."""

    def make(check_id="correctness.norm", **changes):
        message = "Expected: 1\nSeen: 2\n  and 3\nInput: [3], [4]\nWhy: `max_norm` is a limit."
        return make_check(check_id, status=Status.FAILED, **{"message": message, **changes})

    return make


def test_the_verdict_comes_first_then_the_diagnosis_then_the_evidence(make_report, make_check, failed):
    diagnosis = Diagnosis(
        mistake="m", title="Each by its own norm.", explanation="You clipped\neach `p.grad`.\n\nDo not."
    )
    page = Page(fragment(make_report(make_check(), failed("parity.dtypes"), diagnosis=[diagnosis])))
    assert page.text.startswith(
        "✘ not passed: clip_grad_norm, 5 of 10 points (mine.py) This behaves like a known mistake"
    )
    assert "You clipped each p.grad . Do not. Failed (1) ✘ The norm is that of all" in page.text
    assert "Expected 1 Seen 2 and 3 Input [3], [4] Why max_norm is a limit. Passed (1)" in page.text
    assert 'check("clip_grad_norm", seed=7) repeats it.' in page.text


def test_only_the_first_failed_check_is_unfolded(make_report, failed, make_check):
    report = make_report(failed(message="Seen: 1"), failed("parity.dtypes"), make_check("integrity.imports"))
    folds = [attributes for tag, attributes in Page(fragment(report)).tags if tag == "details"]
    assert ["open" in attributes for attributes in folds] == [True, False, False]


def test_checks_with_one_message_are_one(make_report, failed):
    page = Page(fragment(make_report(failed(), failed("robustness.generator"))))
    assert "2 checks correctness.norm, robustness.generator, 0 of 10 points" in page.text


def test_points_that_are_not_required_are_named_so(make_report, failed, make_check):
    page = Page(fragment(make_report(make_check(), failed("devices.several", required=False, kind=Kind.DEVICES))))
    assert page.text.startswith("✔ passed")
    assert "Points lost, not required to pass (1)" in page.text


def test_what_waits_for_another_check_is_one_line_with_its_reason(make_report, make_check, failed):
    waiting = [
        make_check(f"robustness.{name}", status=Status.NOT_JUDGED, message="Waits for correctness.norm.")
        for name in ("empty", "none")
    ]
    page = Page(fragment(make_report(failed(), *waiting)))
    assert "Not judged (2) ? 2 more checks wait for correctness.norm" in page.text


def test_of_an_untouched_stub_no_check_is_shown(make_report, failed):
    stub = Diagnosis(mistake=STUB, title="Nothing is written yet.", explanation="Replace it.")
    page = Page(fragment(make_report(failed(), diagnosis=[stub])))
    assert "Nothing is written yet." in page.text
    assert "Failed" not in page.text


def test_whatever_comes_from_a_submission_is_escaped(make_report, failed, make_check):
    diagnosis = Diagnosis(mistake="m", title=HOSTILE, explanation=HOSTILE)
    checks = [
        failed(title=HOSTILE, message=HOSTILE),
        failed("parity.dtypes", message=f"Why: {HOSTILE}\nSeen: {HOSTILE}"),
        make_check("devices.x", status=Status.NOT_JUDGED, message=HOSTILE, title=HOSTILE),
        make_check("integrity.x", title=HOSTILE),
    ]
    report = make_report(*checks, diagnosis=[diagnosis], output=HOSTILE, fault=HOSTILE, exercise=HOSTILE)
    text = fragment(report.model_copy(update={"submission": SubmissionInfo(name=HOSTILE, sha256="0")}))
    assert not {"script", "img", "b"} & {tag for tag, _ in Page(text).tags}
    assert text.count("</style>") == 1
    assert not {"\x1b", "\0", "\u202e"} & set(text)


def test_the_style_touches_nothing_but_the_report():
    css = (Path(html.__file__).parent / "templates" / "report.css").read_text()
    css = re.sub(r"@media [^{]*\{(.*?\})\s*\}", r"\1", css, flags=re.DOTALL)
    selectors = [part for rule in re.findall(r"([^{}]+)\{", css) for part in rule.strip().split(",")]
    assert len(selectors) > 20
    assert [selector for selector in selectors if ".gradkata" not in selector] == []


def test_it_needs_no_script_no_font_and_no_file(make_report, failed):
    tags = Page(fragment(make_report(failed()))).tags
    assert not {"script", "link", "img", "iframe"} & {tag for tag, _ in tags}
    assert all(not name.startswith("on") for _, attributes in tags for name in attributes)

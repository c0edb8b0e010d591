"""The cache, and the results file that survives whatever interrupts a run."""

from __future__ import annotations

import pytest

from gradkata import __version__
from gradkata.errors import UserError
from gradkata.grading import Submission
from gradkata.grading.cache import Basis, Cache
from gradkata.grading.journal import Journal
from gradkata.grading.many import normalised_digest
from gradkata.grading.versions import program_digest, torch_version
from gradkata.report.model import Environment, Report, Status, SubmissionInfo

BASIS = Basis("clip", "suite", None)


def report_on(submission, verdict=Status.PASSED, seed=7):
    return Report(
        exercise="clip",
        submission=SubmissionInfo(name=submission.name, sha256=submission.sha256),
        verdict=verdict,
        points=1.0,
        max_points=1.0,
        checks=[],
        diagnosis=[],
        unexplained=False,
        seed=seed,
        seconds=0.0,
        environment=Environment(
            gradkata=__version__,
            suite="suite",
            torch=torch_version(),
            python="",
            platform="",
            sandbox="",
            program=program_digest(),
        ),
    )


ALICE = Submission.of("alice.py", "x = 1")
BOB = Submission.of("bob.py", "x = 2")


def test_a_report_comes_back_equal_and_under_the_name_that_is_asked_for(tmp_path):
    cache, key = Cache(tmp_path), BASIS.key(ALICE)
    assert cache.get(key, ALICE) is None
    cache.put(key, report_on(ALICE))
    assert cache.get(key, ALICE) == report_on(ALICE)
    other = Submission.of("other.py", "x = 1")
    assert BASIS.key(other) == key
    assert cache.get(key, other) == report_on(other)
    cache.forget(key)
    assert cache.get(key, ALICE) is None


def test_the_key_changes_with_whatever_a_report_depends_on(monkeypatch):
    from dataclasses import replace

    changed = [
        replace(BASIS, **{name: value})
        for name, value in (("exercise", "b"), ("suite", "b"), ("seed", 1), ("sandbox", "b"))
    ]
    keys = {BASIS.key(ALICE), BASIS.key(BOB), *(basis.key(ALICE) for basis in changed)}
    for name in ("program_digest", "torch_version"):
        monkeypatch.setattr(f"gradkata.grading.cache.{name}", lambda: "other")
        keys.add(BASIS.key(ALICE))
    monkeypatch.setattr("gradkata.grading.cache.__version__", "other")
    keys.add(BASIS.key(ALICE))
    assert len(keys) == 9


def test_faults_of_ours_are_not_kept_and_broken_files_do_not_count(tmp_path):
    cache, key = Cache(tmp_path), BASIS.key(ALICE)
    cache.put(key, report_on(ALICE, Status.NOT_JUDGED))
    assert cache.get(key, ALICE) is None
    cache.put(key, report_on(ALICE))
    (file,) = (path for path in tmp_path.rglob("*") if path.is_file())
    file.write_text(file.read_text()[:-9])
    assert cache.get(key, ALICE) is None
    cache.put(key, report_on(BOB))
    assert cache.get(key, ALICE) is None


def test_a_cache_that_cannot_be_written_is_no_error(tmp_path):
    (tmp_path / "file").write_text("")
    cache = Cache(tmp_path / "file")
    cache.put("ab", report_on(ALICE))
    assert cache.get("ab", ALICE) is None


def test_pytorchs_version_is_told_without_importing_it():
    import torch

    assert torch_version() == torch.__version__


@pytest.mark.parametrize("rest", [b"{", b'{"schema":1,"exer', b"\0" * 4096, b'{"schema":1\0\0\0'])
def test_a_last_line_that_was_cut_off_is_taken_out_and_the_next_one_stands_whole(tmp_path, rest):
    path = tmp_path / "results.jsonl"
    whole = report_on(ALICE).to_json().encode() + b"\n"
    path.write_bytes(whole + rest)
    with Journal(path) as journal:
        assert journal.repaired == len(rest)
        assert path.read_bytes() == whole
        journal.append(report_on(BOB))
        assert set(journal.reports(lambda report: True)) == {(one.name, one.sha256) for one in (ALICE, BOB)}
    assert path.read_bytes() == whole + report_on(BOB).to_json().encode() + b"\n"


def test_a_whole_report_without_its_line_end_is_cut_off_too(tmp_path):
    path = tmp_path / "results.jsonl"
    path.write_text(report_on(ALICE).to_json())
    with Journal(path):
        assert path.read_bytes() == b""


@pytest.mark.parametrize("text", ["def answer():\n    ...\n", "x = 1", '{"a": 1}\n', "\n"])
def test_a_file_that_is_something_else_is_left_alone(tmp_path, text):
    path = tmp_path / "answer.py"
    path.write_text(text)
    with pytest.raises(UserError) as caught:
        Journal(path)
    assert caught.value.message == f"--out {path}: line 1 is no report; name another file"
    assert path.read_text() == text


def test_two_runs_do_not_share_a_results_file(tmp_path):
    path = tmp_path / "results.jsonl"
    with Journal(path):
        with pytest.raises(UserError) as caught:
            Journal(path)
        assert caught.value.message == f"--out {path}: another run writes to it"
    with Journal(path):
        pass


def test_of_several_reports_on_a_submission_the_last_counts(tmp_path):
    with Journal(tmp_path / "results.jsonl") as journal:
        for seed in (1, 2):
            journal.append(report_on(ALICE, seed=seed))
        assert [report.seed for report in journal.reports(BASIS.made).values()] == [2]
        assert journal.reports(Basis("clip", "another suite", None).made) == {}
        assert journal.reports(Basis("clip", "suite", 1).made).keys() == {("alice.py", ALICE.sha256)}


ALIKE = [
    "def f(x):\n    return x\n",
    '"""Mine."""\n\ndef f( x ):  # a comment\n\n  """Say."""\n  return x',
    "# more\ndef f(x):\n\t'text'  # why\n\treturn x\n\n\n",
]


def test_sources_are_alike_that_differ_in_comments_and_spacing_alone():
    assert len({normalised_digest(source) for source in ALIKE}) == 1
    others = ["def f(y):\n    return y\n", "def f(x):\n    return 'x'\n", 'def f(x):\n    return x + ""\n']
    assert len({normalised_digest(source) for source in [ALIKE[0], *others]}) == 4


@pytest.mark.parametrize("source", ["", "# only a comment\n", "x = (", "'''"])
def test_what_has_no_tokens_is_like_nothing(source):
    assert normalised_digest(source) == ""


def test_no_source_is_too_deep_to_be_compared():
    assert normalised_digest("x = " + "-" * 100_000 + "1\n")

"""Fingerprints are kept on disk as they were, and what cannot be read is learned anew."""

from __future__ import annotations

import json
import math

import pytest

from gradkata.grading import suspects

PRINTS = {
    "one": {("norm", 0, "returned"): 5.0, ("norm", 0, "gradients"): [[2], [0.6, math.inf]]},
    "two": {("norm", 0, "returned"): 5.0, ("empty", 1, "outcome"): ["ValueError", None], ("x", 0, "kind"): True},
    "none": {},
}


def test_what_is_kept_comes_back_and_what_is_the_same_is_one_object(tmp_path):
    path = tmp_path / "prints.json"
    suspects._store(path, suspects._to_json(PRINTS), "exercise")
    loaded = suspects._load(path)
    assert loaded == PRINTS
    assert loaded["one"]["norm", 0, "returned"] is loaded["two"]["norm", 0, "returned"]


def test_what_differs_in_kind_alone_is_kept_apart(tmp_path):
    prints = {"one": {("a", 0, "f"): 1, ("b", 0, "f"): 1.0, ("c", 0, "f"): True}}
    back = suspects._from_json(json.loads(json.dumps(suspects._to_json(prints))))
    assert [type(value) for value in back["one"].values()] == [int, float, bool]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"values": [], "prints": []}',
        '{"values": [], "prints": {"one": [["norm", 0, "returned", 0]]}}',
        '{"values": [1.0], "prints": {"one": [["norm", 0]]}}',
        '{"values": [1.0], "prints": {"one": [["norm", 0, "returned", "0"]]}}',
    ],
)
def test_what_cannot_be_read_is_not_there(tmp_path, text):
    path = tmp_path / "prints.json"
    path.write_text(text)
    assert suspects._load(path) is None


def test_where_nothing_is_kept_nothing_is_there(tmp_path):
    assert suspects._load(tmp_path / "prints.json") is None

"""What comes back from the worker counts only where it fits its schema; anything else is garbled, and no crash."""

from __future__ import annotations

import copy
import json
import math

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from gradkata.judge.observations import Garbled, parse
from gradkata.judge.refusal import broken, explain

CALL = {"outcome": "returned", "grad_mode_kept": True, "items": [None]}
GOOD = {"kind": "observation", "scenario": "two", "index": 0, "seconds": 0.1, "calls": [CALL]}
RAISED = {"type": "ValueError", "bases": [], "message": "", "line": 1, "text": "x"}


def changed(path: list, value: object) -> dict:
    header = copy.deepcopy(GOOD)
    place = header
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    return header


def test_a_good_observation_is_read():
    observation = parse(GOOD, b"")
    assert (observation.scenario, len(observation.calls), observation.calls[0].items) == ("two", 1, [None])


WRONG = {
    "another kind": changed(["kind"], "verdict"),
    "a verdict beside it": changed(["passed"], True),
    "points in a call": changed(["calls", 0, "points"], 100),
    "another outcome": changed(["calls", 0, "outcome"], "passed"),
    "a number as text": changed(["seconds"], "0.1"),
    "a number as a truth value": changed(["calls", 0, "grad_mode_kept"], 1),
    "no scenario": {name: value for name, value in GOOD.items() if name != "scenario"},
    "calls that are none": changed(["calls"], {"0": CALL}),
    "a long message": changed(["calls", 0, "error"], {**RAISED, "message": "x" * 401}),
    "a long type": changed(["calls", 0, "returned"], {"kind": "other", "type": "x" * 121}),
    "many elements": changed(
        ["calls", 0, "returned"], {"kind": "tuple", "type": "t", "elements": [{"kind": "none", "type": "n"}] * 9}
    ),
    "a lone surrogate": changed(["calls", 0, "error"], {**RAISED, "message": "\ud800"}),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_observation_that_breaks_the_schema_is_garbled(name):
    with pytest.raises(Garbled, match=r"^an observation that breaks the schema \(ValidationError\)$"):
        parse(WRONG[name], b"")


def test_elements_within_elements_without_end_are_garbled():
    nested = {"kind": "tuple", "type": "t"}
    for _ in range(2000):
        nested = {"kind": "tuple", "type": "t", "elements": [nested]}
    header = changed(["calls", 0, "returned"], nested)
    with pytest.raises(Garbled):
        parse(header, b"")


@pytest.mark.parametrize("dtype", [torch.complex64, torch.float8_e4m3fn])
def test_tensors_of_a_strange_dtype_are_garbled(dtype):
    blob = safetensors.torch.save({"0.item.0": torch.zeros(2).to(dtype)})
    with pytest.raises(Garbled, match=r"^an observation with tensors of a strange dtype$"):
        parse(GOOD, blob)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PLACES = st.sampled_from(
    [
        ["scenario"],
        ["index"],
        ["calls"],
        ["calls", 0],
        ["calls", 0, "items"],
        ["calls", 0, "returned"],
        ["calls", 0, "error"],
        ["calls", 0, "probe"],
        ["calls", 0, "training"],
        ["more"],
    ]
)


@settings(max_examples=150, deadline=None)
@given(place=PLACES, value=JSON)
def test_whatever_stands_in_a_header_it_is_read_or_garbled(place, value):
    try:
        parse(changed(place, value), b"")
    except Garbled:
        return


TENSORS = safetensors.torch.save({"a": torch.ones(3), "b": torch.zeros(2, dtype=torch.float16)})


@settings(max_examples=150, deadline=None)
@given(place=st.integers(0, len(TENSORS) - 1), byte=st.integers(0, 255), cut=st.integers(0, len(TENSORS)))
def test_whatever_stands_in_a_blob_it_is_read_or_garbled(place, byte, cut):
    blob = bytearray(TENSORS)
    blob[place] = byte
    for damaged in (bytes(blob), bytes(TENSORS[:cut]), bytes(blob[:cut])):
        try:
            parse(GOOD, damaged)
        except Garbled:
            continue


@pytest.mark.parametrize(
    "entry",
    [
        {"dtype": "F32", "shape": [1 << 40], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [-1], "data_offsets": [0, 4]},
        {"dtype": "F99", "shape": [1], "data_offsets": [0, 4]},
        {"dtype": "F4", "shape": [8], "data_offsets": [0, 4]},
        {"dtype": "BOOL", "shape": [4], "data_offsets": [0, 4]},
        {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]},
        {"shape": [1]},
    ],
)
def test_a_blob_that_lies_about_its_tensors_is_read_or_garbled(entry):
    text = json.dumps({"a": entry}).encode()
    try:
        parse(GOOD, len(text).to_bytes(8, "little") + text + b"\0" * 4)
    except Garbled:
        return


@pytest.mark.parametrize(
    ("tensor", "number"),
    [
        (torch.tensor(5.0), 5.0),
        (torch.tensor([[5.0]]), 5.0),
        (torch.tensor(5), 5.0),
        (torch.tensor([5.0, 5.0]), None),
        (torch.empty(0), None),
    ],
)
def test_a_tensor_that_was_returned_is_a_number_where_it_has_one_element(tensor, number):
    returned = {"kind": "tensor", "type": "torch.Tensor", "value": "0.returned"}
    header = changed(["calls", 0, "returned"], returned)
    observation = parse(header, safetensors.torch.save({"0.returned": tensor}))
    assert observation.number(observation.calls[0].returned) == number


def test_a_value_that_was_not_sent_is_no_number():
    header = changed(["calls", 0, "returned"], {"kind": "tensor", "type": "torch.Tensor", "value": "elsewhere"})
    observation = parse(header, b"")
    assert observation.number(observation.calls[0].returned) is None
    assert observation.number(None) is None


def test_numbers_that_are_not_finite_are_kept():
    header = json.loads(
        json.dumps(changed(["calls", 0, "returned"], {"kind": "float", "type": "f", "number": math.nan}))
    )
    assert math.isnan(parse(header, b"").calls[0].returned.number)


REFUSED = {"kind": "not_loaded"}


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            {
                "stage": "syntax",
                "type": "SyntaxError",
                "message": "invalid syntax",
                "line": 2,
                "offset": 3,
                "text": "x =",
            },
            "SyntaxError in line 2: invalid syntax\n    x =\n      ^",
        ),
        (
            {"stage": "syntax", "type": "SyntaxError", "message": "bad", "line": 2, "offset": 99, "text": "x ="},
            "SyntaxError in line 2: bad\n    x =",
        ),
        (
            {"stage": "syntax", "type": "SyntaxError", "message": "bad", "line": 2, "offset": None, "text": ""},
            "SyntaxError in line 2: bad",
        ),
        ({"stage": "syntax", "type": "MemoryError", "message": ""}, "The file does not compile. MemoryError"),
        (
            {"stage": "import", "error": {**RAISED, "line": None}},
            "Loading the file raised ValueError",
        ),
        (
            {"stage": "missing", "names": ["a", "b"], "nearest": {"b": "bb"}},
            "The file defines no a, no b (did you mean to rename bb?).",
        ),
        ({"stage": "not_callable", "name": "a", "type": "int"}, "a is no function: its type is int."),
        ({"stage": "arity", "name": "a", "wanted": 1, "signature": "()"}, "a() cannot be called with 1 argument."),
    ],
)
def test_a_refusal_is_explained_in_one_message(header, message):
    assert explain({**REFUSED, **header}) == message


@settings(max_examples=80, deadline=None)
@given(
    header=st.dictionaries(
        st.sampled_from(["stage", "error", "names", "nearest", "line", "text", "message", "type"]), JSON, max_size=5
    ),
    stage=st.sampled_from(["syntax", "import", "missing", "not_callable", "arity", "other"]),
)
def test_whatever_stands_in_a_refusal_it_is_a_message_or_garbled(header, stage):
    for read in (explain, broken):
        try:
            message = read({**REFUSED, "stage": stage, **header})
        except Garbled:
            continue
        assert isinstance(message, str)


def test_a_breakdown_says_what_was_raised_and_where():
    how = broken({"kind": "broke", "error": {**RAISED, "message": "no\nway"}})
    assert how == "what the call left behind could not be looked at (ValueError: no way, line 1: x)"

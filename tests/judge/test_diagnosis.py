"""A submission is named by the mistake that behaves as it does, and by none where that would be a guess."""

from __future__ import annotations

import math

import pytest

from gradkata.judge.diagnosis import Places, Suspect, alike, fingerprint, name_mistakes
from gradkata.judge.judging import Run, Violation, judge
from gradkata.judge.suite import Check, Suite

FACETS = ("returned", "outcome")
PLACES = Places(
    core=frozenset((case, facet) for case in ("core", "core2") for facet in FACETS),
    required=frozenset((case, facet) for case in ("core", "core2", "edge") for facet in FACETS),
    tolerance={"core": 1e-5, "half": 1e-2},
)


def key(case, facet="returned", call=0):
    return (case, call, facet)


def named(mine, *suspects):
    ranked = [Suspect(name, rank, print_, facets) for rank, (name, print_, facets) in enumerate(suspects)]
    return name_mistakes(mine, ranked, PLACES)


def test_the_mistake_that_behaves_alike_everywhere_is_named():
    mine = {key("core"): 3.0, key("edge"): 1.0}
    wrong = {key("core"): 7.0, key("edge"): 1.0}
    assert named(mine, ("other", wrong, ()), ("same", dict(mine), ())) == (["same"], True)


def test_nothing_is_named_where_nothing_behaves_alike():
    assert named({key("core"): 3.0}, ("other", {key("core"): 4.0}, ())) == ([], False)
    assert named({key("core"): 3.0}) == ([], False)
    assert named({}, ("other", {key("core"): 4.0}, ())) == ([], True)


def test_numbers_are_alike_within_the_tolerance_of_their_case():
    assert named({key("core"): 3.0}, ("same", {key("core"): 3.00001}, ())) == (["same"], True)
    assert named({key("core"): 3.0}, ("same", {key("core"): 3.001}, ())) == ([], False)
    assert named({key("half"): 3.0}, ("same", {key("half"): 3.001}, ())) == (["same"], True)


def test_of_two_that_explain_as_much_the_simpler_is_named():
    mine = {key("core"): 3.0}
    assert named(mine, ("simple", dict(mine), ()), ("long", dict(mine), ())) == (["simple"], True)


def test_two_mistakes_at_once_are_both_named_the_one_that_explains_more_first():
    mine = {key("core"): 3.0, key("core2"): 4.0, key("edge"): 1.0}
    small = {key("edge"): 1.0}
    large = {key("core"): 3.0, key("core2"): 4.0}
    assert named(mine, ("small", small, ()), ("large", large, ())) == (["large", "small"], True)


def test_what_no_mistake_explains_is_left_over():
    mine = {key("edge"): 1.0, key("strange"): 9.0}
    assert named(mine, ("edge", {key("edge"): 1.0}, ())) == (["edge"], False)


def test_a_mistake_that_is_seen_in_part_is_named_only_where_the_mathematics_agree():
    mine = {key("core"): 3.0, key("edge"): 1.0}
    covered = {key("core"): 3.0, key("edge"): 5.0}
    assert named(mine, ("covered", covered, ()))[0] == ["covered"]
    differs = {key("core"): 5.0, key("edge"): 1.0}
    assert named(mine, ("differs", differs, ()))[0] == []
    elsewhere = {key("edge"): 1.0, key("edge2"): 1.0}
    assert named(mine, ("elsewhere", elsewhere, ()))[0] == []


def test_the_facets_of_a_mistake_limit_what_must_agree():
    mine = {key("edge", "in_place"): [False], key("edge", "gradients"): 2.0}
    print_ = {key("edge", "in_place"): [False], key("edge", "gradients"): 9.0}
    assert named(mine, ("limited", print_, ("in_place",)))[0] == ["limited"]
    assert named(mine, ("whole", print_, ()))[0] == []


def test_what_was_forbidden_explains_whatever_came_of_it():
    violation = ("violation", 0, "borrowed")
    mine = {violation: True, key("core"): 3.0}
    assert named(mine, ("borrowed", {violation: True}, ())) == (["borrowed"], True)
    assert named({key("core"): 3.0}, ("borrowed", {violation: True, key("core"): 3.0}, ())) == ([], False)


def test_who_crashes_everywhere_is_not_said_to_crash_in_a_special_situation():
    crash = {key("edge", "outcome"): "TypeError"}
    everywhere = {key(case, "outcome"): "TypeError" for case in ("core", "core2", "edge")}
    assert named(everywhere, ("crash_at_the_edge", crash, ())) == ([], False)
    assert named(crash, ("crash_at_the_edge", crash, ())) == (["crash_at_the_edge"], True)


def test_an_exception_of_another_type_in_the_same_place_is_the_same_mistake_but_one_of_the_same_type_comes_first():
    mine = {key("edge", "outcome"): "TypeError"}
    same, other = {key("edge", "outcome"): "TypeError"}, {key("edge", "outcome"): "KeyError"}
    assert named(mine, ("other", other, ()))[0] == ["other"]
    assert named(mine, ("other", other, ()), ("same", same, ()))[0] == ["same"]


def test_what_is_wrong_at_the_core_comes_before_what_explains_more():
    mine = {key("core"): 3.0, key("edge"): 1.0, key("edge2"): 1.0}
    core, edges = {key("core"): 3.0}, {key("edge"): 1.0, key("edge2"): 1.0}
    assert named(mine, ("edges", edges, ()), ("core", core, ())) == (["core", "edges"], True)


def test_what_costs_the_verdict_comes_before_what_costs_points():
    mine = {key("edge"): 1.0, key("extra"): 1.0, key("extra2"): 1.0}
    extras, edge = {key("extra"): 1.0, key("extra2"): 1.0}, {key("edge"): 1.0}
    assert named(mine, ("extras", extras, ()), ("edge", edge, ())) == (["edge", "extras"], True)


def test_two_that_both_raise_in_the_plainest_cases_but_not_the_same_are_not_alike():
    mine = {key("core", "outcome"): "TypeError"}
    assert named(mine, ("other", {key("core", "outcome"): "KeyError"}, ())) == ([], False)


def test_no_more_than_three_mistakes_are_named():
    mine = {key(f"edge{n}"): float(n) for n in range(5)}
    suspects = [(f"m{n}", {key(f"edge{n}"): float(n)}, ()) for n in range(5)]
    found, complete = named(mine, *suspects)
    assert (len(found), complete) == (3, False)


def test_who_has_the_mathematics_wrong_is_not_said_to_fail_in_a_special_situation():
    mine = {key("core"): 3.0, key("core2"): 4.0, key("edge"): 1.0}
    edge = {key("edge"): 1.0}
    assert named(mine, ("edge", edge, ())) == ([], False)
    assert named(
        {**mine, key("core"): 7.0}, ("core", {key("core"): 7.0, key("core2"): 4.0}, ()), ("edge", edge, ())
    ) == (
        ["core", "edge"],
        True,
    )


def test_what_another_facet_shows_is_named_beside_mathematics_that_nothing_explains():
    mine = {key("core"): 3.0, key("edge", "outcome"): "TypeError", key("edge", "waits"): True}
    raises, waits = {key("edge", "outcome"): "TypeError"}, {key("edge", "waits"): True}
    assert named(mine, ("raises", raises, ()), ("waits", waits, ())) == (["raises", "waits"], False)


def test_a_mistake_that_explains_the_smaller_part_of_what_is_wrong_at_the_core_is_not_named():
    mine = {key("core", call=n): float(n) for n in range(5)}
    smaller, larger = ({key("core", call=n): float(n) for n in range(count)} for count in (2, 3))
    assert named(mine, ("smaller", smaller, ())) == ([], False)
    assert named(mine, ("larger", larger, ())) == (["larger"], False)


def test_what_one_way_of_making_a_mistake_leaves_over_another_way_of_making_it_explains():
    mine = {key("core"): 3.0, key("edge"): 1.0, key("edge2"): 2.0}
    one, other = {key("core"): 3.0, key("edge"): 1.0}, {key("core"): 3.0, key("edge2"): 2.0}
    assert named(mine, ("m", one, ()), ("m", other, ()), ("edge2", {key("edge2"): 2.0}, ())) == (["m"], True)


def test_a_parameter_of_another_name_is_named_where_python_says_so_alone():
    renamed = {key("edge", "outcome"): "TypeError unexpected keyword argument"}
    refused = {key("edge", "outcome"): "ValueError"}
    assert named(dict(refused), ("renamed", renamed, ())) == ([], False)
    assert named(dict(renamed), ("refused", refused, ()), ("renamed", renamed, ())) == (["renamed"], True)


def test_who_raises_another_exception_than_was_asked_for_did_raise():
    mine = {key("edge", "outcome"): "KeyError"}
    never, another = {key("edge", "outcome"): None}, {key("edge", "outcome"): "ValueError"}
    assert named(mine, ("never", never, ()), ("another", another, ())) == (["another"], True)


def test_what_costs_points_alone_need_not_be_alike_where_a_mistake_costs_the_verdict():
    mistake = {key("edge"): 1.0, key("edge", "waits"): True}
    assert named({key("edge"): 1.0}, ("m", mistake, ())) == (["m"], True)
    assert named({key("edge2"): 1.0}, ("waits", {key("edge", "waits"): True}, ())) == ([], False)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (1.0, 1.0 + 1e-7, True),
        (1.0, 1.1, False),
        (math.nan, math.nan, True),
        (math.nan, 1.0, False),
        (math.inf, math.inf, True),
        (math.inf, -math.inf, False),
        (True, 1, False),
        (None, None, True),
        (None, 0.0, False),
        ([1.0, [2.0]], [1.0, [2.0 + 1e-7]], True),
        ([1.0], [1.0, 1.0], False),
        ("a", "a", True),
    ],
)
def test_alike_compares_plain_behaviour(one, other, same):
    assert alike(one, other, 1e-5) is same
    assert alike(other, one, 1e-5) is same


def test_a_fingerprint_holds_the_fixed_cases_that_fail_and_the_tripwires(contract, case, see):
    suite = Suite(
        contract,
        (
            Check("correctness.norm", "t", 1, "w", cases=(case,), facets=("returned", "gradients")),
            Check("integrity.own_work", "t", 1, "w", violations=("borrowed",)),
        ),
    )
    run = Run({"two": see(returned={"number": 4.0})}, (Violation("borrowed", "x"),))
    raws = judge(suite, run, {})
    assert fingerprint(suite, raws, run, ["two"]) == {
        ("two", 0, "returned"): 4.0,
        ("violation", 0, "borrowed"): True,
    }
    assert fingerprint(suite, raws, run, []) == {("violation", 0, "borrowed"): True}

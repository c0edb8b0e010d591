"""How times become ratios, on a clock that is told what to say."""

import itertools

from gradkata.bench.timing import medians, ratios, rounds_of, turns_within


def script(*seconds):
    values = itertools.cycle(seconds)
    return lambda: next(values)


def test_the_shortest_of_several_turns_counts():
    assert rounds_of({"a": script(3.0, 1.0, 2.0)}, rounds=2, turns=3) == [{"a": 1.0}, {"a": 1.0}]


def test_contenders_take_turns_and_another_one_begins_each_round():
    seen = []
    samples = {name: lambda name=name: seen.append(name) or 1.0 for name in "abc"}
    rounds_of(samples, rounds=2, turns=2)
    assert "".join(seen) == "abcabc" + "bcabca"


def test_a_ratio_is_taken_within_its_round_so_that_a_slow_round_does_not_count_for_one_alone():
    measured = [{"yardstick": 1.0, "mine": 2.0}, {"yardstick": 100.0, "mine": 200.0}, {"yardstick": 1.0, "mine": 9.0}]
    assert ratios(measured, "yardstick") == {"yardstick": 1.0, "mine": 2.0}
    assert medians(measured) == {"yardstick": 1.0, "mine": 9.0}


def test_a_call_that_takes_no_time_divides_nothing_by_zero():
    assert ratios([{"yardstick": 0.0, "mine": 0.0}], "yardstick") == {"yardstick": 0.0, "mine": 0.0}


def test_a_round_has_as_many_turns_as_its_time_allows_within_bounds():
    assert turns_within(0.03, 0.3) == 10
    assert turns_within(5.0, 0.3) == 3
    assert turns_within(1e-6, 0.3) == 50
    assert turns_within(0.0, 0.3) == 50

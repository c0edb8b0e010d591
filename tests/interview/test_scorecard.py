"""The scorecard is a pure function of the events, and each score rests on what it says."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gradkata.interview.areas import AREAS
from gradkata.interview.clock import Instant
from gradkata.interview.fold import go_on, read
from gradkata.interview.log import Event
from gradkata.interview.pages import scorecard_page
from gradkata.interview.record import State, clock, duration
from gradkata.interview.scorecard import RULE, Rating, Scorecard, scorecard

POINTS = ("one", "two", "three", "four")


def question(name: str, minutes: int = 10, **facts: object) -> dict[str, object]:
    """What is written down about a question at the start."""
    return {
        "exercise": name,
        "title": f"Do {name}",
        "difficulty": 2,
        "minutes": minutes,
        "hint_count": 3,
        "clarifying": [{"question": f"Question {number}?", "answer": "Yes."} for number in range(6)],
        "essential": [0, 1, 2, 3],
        "follow_ups": [{"question": f"Why {number}?", "points": list(POINTS)} for number in range(3)],
        "probing": ["Probing?"],
        "red_flags": ["Flag."],
        **facts,
    }


class Story:
    """Events of an interview as they are told, one after another."""

    def __init__(self, *questions: dict[str, object], minutes: int = 20) -> None:
        self.events: list[Event] = []
        self.wall, self.up, self.boot = 1000.0, 0.0, "boot"
        self.add(
            "started",
            name="test",
            kit="/kit",
            workspace="/answers",
            minutes=minutes,
            seed=1,
            questions=list(questions or (question("a"), question("b"))),
        )
        self.add("opened", question=0, source="stub\n", sha256="stub")

    def add(self, kind: str, after: float = 0.0, **data: object) -> Story:
        self.wall += after
        self.up += after
        self.events.append(Event(len(self.events) + 1, Instant(self.wall, self.boot, self.up), kind, data))
        return self

    def save(self, name: str, after: float = 0.0, at: int = 0) -> Story:
        data = {"question": at, "sha256": name, "source": name, "added": 1, "removed": 0, "paused": False}
        return self.add("saved", after, **data)

    def check(self, name: str, points: dict[str, float], after: float = 0.0, at: int = 0, **options: object) -> Story:
        """A check; `points` are shares of each kind's ten points."""
        counted = options.pop("counted", True)
        report = {
            "verdict": "passed" if all(points.values()) else "failed",
            "points": sum(points.values()) * 10,
            "max_points": len(points) * 10,
            "fault": "",
            "diagnosis": [] if all(points.values()) else [{"mistake": "m", "title": "A mistake.", "explanation": ""}],
            "output": "",
            "checks": [
                {
                    "id": f"{kind}.x",
                    "kind": kind,
                    "title": f"About {kind}.",
                    "required": True,
                    "status": "passed" if share == 1 else "failed",
                    "points": share * 10,
                    "max_points": 10,
                    "message": "",
                    "evidence": {"waits": 3} if kind == "synchronisation" else {},
                }
                for kind, share in points.items()
            ],
            **options,
        }
        return self.add("checked", after, question=at, sha256=name, report=report, counted=counted)

    def card(self) -> Scorecard:
        return scorecard(self.events)

    def area(self, id_: str, at: int = 0) -> tuple[float | None, str]:
        found = next(area for area in self.card().questions[at].areas if area.id == id_)
        return found.score, found.evidence


FULL = {"correctness": 1, "robustness": 1, "ordering": 1, "synchronisation": 1}


def test_each_kind_of_check_counts_in_its_own_area():
    story = (
        Story()
        .save("v", 60)
        .check("v", {"correctness": 1, "parity": 0.5, "robustness": 0.25, "synchronisation": 0, "ordering": 0.75})
    )
    assert story.area("correctness") == (0.75, "15 of 20 points; failed: parity.x")
    assert story.area("robustness") == (0.25, "2.5 of 10 points; failed: robustness.x")
    assert story.area("efficiency") == (0, "0 of 10 points; failed: synchronisation.x; waits 3")
    assert story.area("order") == (0.75, "7.5 of 10 points; failed: ordering.x")


def test_the_last_version_counts_and_not_the_best():
    story = Story().save("good").check("good", FULL).save("bad").check("bad", {**FULL, "correctness": 0})
    assert story.area("correctness")[0] == 0
    assert not story.card().questions[0].passed
    assert story.save("good").card().questions[0].passed


def test_an_ungraded_last_version_is_judged_by_the_one_before_and_says_so():
    story = Story().save("v").check("v", FULL).save("later")
    assert story.area("correctness") == (1, "10 of 10 points (of an earlier version; the last one was not graded)")


def test_nothing_written_is_nothing_earned():
    story = Story()
    assert story.area("correctness") == (0, "nothing was written")
    assert story.area("independence") == (None, "nothing was written")
    assert story.card().rating is Rating.WEAK


def test_what_could_not_be_judged_counts_for_nothing():
    story = Story().save("v").check("v", FULL, verdict="not_judged")
    assert story.area("correctness") == (None, "could not be judged, which is no fault of the answer")


@pytest.mark.parametrize(("seconds", "score"), [(60, 1), (600, 1), (900, 0.5), (1200, 0), (5000, 0)])
def test_speed_is_full_within_the_guides_minutes_and_none_at_twice_that(seconds, score):
    story = Story().save("v").check("v", FULL, after=seconds)
    assert story.area("speed") == (score, f"passed after {clock(seconds)}; the guide allows 10 minutes")


def test_speed_is_that_of_the_first_version_that_passed():
    story = Story().save("v").check("v", FULL, after=900).save("w").check("w", FULL, after=1000)
    assert story.area("speed")[0] == 0.5


def test_a_version_that_was_graded_at_the_end_alone_passed_when_its_question_was_left():
    story = Story().save("v").add("opened", 300, question=1, source="stub\n", sha256="stub")
    story.check("v", FULL, after=5000, counted=False)
    assert story.area("speed") == (1, "passed after 5:00; the guide allows 10 minutes")


@pytest.mark.parametrize(
    ("hints", "checks", "score"), [(0, 1, 1), (0, 3, 1), (0, 5, 0.8), (1, 0, 0.75), (3, 3, 0.25), (3, 9, 0)]
)
def test_hints_and_checks_beyond_the_third_cost_independence(hints, checks, score):
    story = Story().save("v")
    for number in range(hints):
        story.add("hinted", question=0, number=number)
    for number in range(checks):
        story.check(str(number), FULL)
    value, evidence = story.area("independence")
    assert value == pytest.approx(score)
    assert evidence == f"{hints} of 3 hints, {checks} check{'' if checks == 1 else 's'}"


def test_three_questions_that_matter_before_the_first_check_are_full_marks():
    story = Story()
    for place in (0, 1, 1, 2):
        story.add("asked", question=0, text="?", answer=place)
    assert story.area("clarifying") == (1, "3 of 4 that matter")


def test_late_and_other_questions_count_less_and_unanswered_ones_nothing():
    story = Story().add("asked", question=0, text="?", answer=5).add("asked", question=0, text="?", answer=None)
    story.save("v").check("v", FULL).add("asked", question=0, text="?", answer=0)
    value, evidence = story.area("clarifying")
    assert value == pytest.approx((1 / 3 + 0.5) / 3, abs=1e-4)
    assert evidence == "1 of 4 that matter, 1 other, 1 that the card does not answer"


def test_a_question_asked_aloud_counts_when_the_interviewer_ticks_it():
    story = Story().add("marked", question=0, group="clarifying", item=2, on=True)
    assert story.area("clarifying") == (0.3333, "1 of 4 that matter")
    story.add("marked", question=0, group="clarifying", item=2, on=False)
    assert story.area("clarifying") == (0, "0 of 4 that matter")


def test_follow_ups_score_the_key_points_of_those_that_were_rated():
    story = Story()
    assert story.area("follow_ups") == (None, "none was posed")
    for place, points in enumerate(([0, 2], [0, 1, 2, 3])):
        story.add("posed", question=0, follow_up=place)
        story.add("answered", question=0, follow_up=place, text="so and so")
        story.add("ticked", question=0, follow_up=place, points=points, by="candidate")
    story.add("posed", question=0, follow_up=2)
    assert story.area("follow_ups") == (0.75, "6 of 8 key points in 2 rated; 1 not rated")
    result = story.card().questions[0].follow_ups[0]
    assert (result.made, result.missed) == (["one", "three"], ["two", "four"])


def test_the_overall_score_is_the_mean_by_weight_and_by_minutes():
    story = Story(question("a", minutes=10, clarifying=[], essential=[]), question("b", minutes=30))
    story.save("v", 1).check("v", {"correctness": 1, "robustness": 0})
    first = story.card().questions[0]
    weights = {area.id: area.weight for area in AREAS}
    scored = {"correctness": 1, "robustness": 0, "speed": 0, "independence": 1}
    expected = sum(weights[id_] * score for id_, score in scored.items()) / sum(weights[id_] for id_ in scored)
    assert first.score == pytest.approx(expected, abs=1e-4)
    story.add("opened", question=1, source="stub\n", sha256="stub")
    card = story.card()
    second = card.questions[1].score
    assert card.score == pytest.approx((10 * first.score + 30 * second) / 40, abs=1e-4)


def strong() -> Story:
    story = Story(question("a"))
    for place in range(3):
        story.add("asked", question=0, text="?", answer=place)
    return story.save("v", 60).check("v", FULL, after=60)


def test_a_rating_is_strong_only_if_everything_passed_in_time():
    assert strong().card().rating is Rating.STRONG
    assert strong().add("finished", after=20 * 60 * 1.2).card().rating is Rating.GOOD
    unreached = strong()
    unreached.events[0].data["questions"].append(question("b"))
    assert unreached.card().rating is Rating.GOOD
    assert unreached.card().not_reached == ["Do b"]


def test_advice_begins_with_code_that_is_wrong_and_names_each_mistake_once():
    story = Story(question("a")).add("hinted", question=0, number=0).add("hinted", question=0, number=1)
    story.save("v", 1500).check("v", {"correctness": 0, "robustness": 0, "synchronisation": 0})
    assert [(one.area, one.text, one.command) for one in story.card().suggestions] == [
        ("correctness", "Do a: mend this first: A mistake.", "gradkata check a"),
        ("speed", "Do a: write it again from the stub, in 10 minutes.", "gradkata reset a"),
        (
            "clarifying",
            "Do a: ask before you write, for example: Question 0?",
            "gradkata interview start --exercise a",
        ),
        (
            "independence",
            "Do a: do it again without hints and with at most 3 checks: test it yourself first.",
            "gradkata reset a",
        ),
    ]


def test_what_an_answer_costs_is_advice_only_once_it_is_right():
    story = (
        Story(question("a", clarifying=[], essential=[]))
        .save("v", 5)
        .check("v", {"correctness": 1, "robustness": 1, "synchronisation": 0}, verdict="passed")
    )
    assert [(one.text, one.command) for one in story.card().suggestions] == [
        ("Do a: spare memory and waits: About synchronisation.", "gradkata bench a")
    ]


def test_the_timeline_tells_what_happened_in_order():
    story = Story(question("a")).add("asked", 5, question=0, text="empty?", answer=None).save("v", 60)
    story.check("v", FULL, after=5).add("paused").add("resumed", 500).add("finished", 10)
    assert [(moment.at, moment.text) for moment in story.card().timeline] == [
        (0, "The interview begins: 20 minutes."),
        (0, "Question 1: Do a"),
        (5, "Asked: empty? (the card does not say)"),
        (65, "Edited: +1 −0 lines"),
        (70, "Check 1: passed, 40 of 40 points"),
        (70, "Paused"),
        (70, "Resumed after 8.3 min"),
        (80, "The interview ends"),
    ]


def test_events_of_a_newer_version_are_passed_over():
    story = Story().save("v", 10)
    before = story.card()
    assert story.add("sang", question=0).card() == before


def test_the_scorecard_is_one_line_of_json_that_reads_back():
    text = strong().card().to_json()
    assert "\n" not in text
    assert json.loads(text)["schema"] == 1
    assert Scorecard.model_validate_json(text) == strong().card()


def test_the_page_escapes_what_a_candidate_wrote_and_stands_by_itself():
    story = strong().add("posed", question=0, follow_up=0)
    story.add("answered", question=0, follow_up=0, text="<script>alert(1)</script>\x1b[31m")
    story.add("asked", question=0, text="<img src=x onerror=alert(1)>", answer=None)
    page = scorecard_page(story.save("<b>source</b>").card())
    assert "<script" not in page
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;\\x1b[31m" in page
    assert "&lt;b&gt;source&lt;/b&gt;" in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")
    assert RULE.split(";")[0] in page


# --- whatever happens -------------------------------------------------------------------------------------------------

_SHARES = st.dictionaries(
    st.sampled_from(["correctness", "parity", "robustness", "intermediates", "devices", "ordering", "integrity"]),
    st.sampled_from([0, 0.25, 0.5, 1]),
    min_size=1,
)
_STEP = st.one_of(
    st.tuples(st.just("save"), st.sampled_from("uvw")),
    st.tuples(st.just("check"), _SHARES),
    st.tuples(st.just("hint"), st.none()),
    st.tuples(st.just("ask"), st.one_of(st.none(), st.integers(0, 5))),
    st.tuples(st.just("mark"), st.tuples(st.sampled_from(["clarifying", "probing"]), st.just(0), st.booleans())),
    st.tuples(st.just("follow"), st.sets(st.integers(0, 3))),
    st.tuples(st.just("next"), st.none()),
    st.tuples(st.just("pause"), st.none()),
    st.tuples(st.just("resume"), st.none()),
    st.tuples(st.just("set clock"), st.integers(-100_000, 100_000)),
    st.tuples(st.just("restart"), st.none()),
)


def tell(steps) -> Story:  # noqa: C901  (a branch for each step there is)
    """A story of these steps, as far as each is possible where it stands."""
    story = Story(question("a"), question("b", minutes=20), question("c", clarifying=[], essential=[]))
    current, posed, paused, last = 0, 0, False, "stub"
    for seconds, (kind, what) in steps:
        story.wall += seconds
        story.up += seconds
        if kind == "set clock":
            story.wall = max(0.0, story.wall + what)
        elif kind == "restart":
            story.boot, story.up = story.boot + "+", 1.0
        elif kind == "resume" and paused:
            story.add("resumed")
            paused = False
        elif paused:
            continue
        elif kind == "pause":
            story.add("paused")
            paused = True
        elif kind == "save":
            last = what
            story.save(what, at=current)
        elif kind == "check":
            story.check(last, what, at=current)
        elif kind == "hint":
            story.add("hinted", question=current)
        elif kind == "ask" and not (current == 2 and what is not None):
            story.add("asked", question=current, text="?", answer=what)
        elif kind == "mark" and not (current == 2 and what[0] == "clarifying"):
            story.add("marked", question=current, group=what[0], item=what[1], on=what[2])
        elif kind == "follow" and posed < 3:
            place = {"question": current, "follow_up": posed}
            story.add("posed", **place).add("answered", text="x", **place)
            story.add("ticked", points=sorted(what), by="candidate", **place)
            posed += 1
        elif kind == "next" and current < 2:
            current, posed, last = current + 1, 0, "stub"
            story.add("opened", question=current, source="stub\n", sha256="stub")
    return story


@given(st.lists(st.tuples(st.integers(0, 400), _STEP), max_size=25))
@settings(max_examples=60, deadline=None)
def test_whatever_happens_the_scorecard_is_determined_and_its_numbers_make_sense(steps):
    story = tell(steps)
    card = story.card()
    assert story.card() == card
    assert Scorecard.model_validate_json(card.to_json()) == card
    scores = [card.score, *(area.score for result in card.questions for area in result.areas)]
    assert all(score is None or 0 <= score <= 1 for score in scores)
    assert len(card.questions) + len(card.not_reached) == 3
    assert sum(result.used_seconds for result in card.questions) == pytest.approx(card.used_seconds, abs=0.5)
    times = [moment.at for moment in card.timeline]
    assert times == sorted(times)
    assert times[0] == 0
    assert 0 <= times[-1] <= card.used_seconds


@given(st.lists(st.tuples(st.integers(0, 400), _STEP), max_size=20))
@settings(max_examples=40, deadline=None)
def test_time_never_runs_backwards_and_stands_still_in_a_pause(steps):
    events = tell(steps).events
    interviews = [read(events[: number + 1]) for number in range(len(events))]
    for before, after in pairwise(interviews):
        assert after.elapsed >= before.elapsed
        if before.state is State.PAUSED:
            assert after.elapsed == before.elapsed
        assert after.moments[: len(before.moments)] == before.moments
    middle = len(events) // 2
    assert go_on(interviews[middle], events[middle + 1 :]) == interviews[-1]


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (59.9, "0:59"), (3599, "59:59"), (3723, "1:02:03")])
def test_a_clock_shows_minutes_and_from_an_hour_on_hours(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize(("seconds", "text"), [(5, "5 s"), (90, "1.5 min"), (7200, "2.0 h"), (172800, "2.0 d")])
def test_a_length_of_time_has_the_unit_that_fits(seconds, text):
    assert duration(seconds) == text

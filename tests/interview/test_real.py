"""One interview with the real grader on a real exercise: what is stored is what the scorecard reads."""

from __future__ import annotations

from gradkata.content import find_kit
from gradkata.grading.grader import Grader
from gradkata.interview.begin import begin
from gradkata.interview.desk import place_of
from gradkata.interview.plan import named
from gradkata.interview.scorecard import Rating, scorecard


def test_a_reference_answer_is_rated_strong_where_the_questions_were_asked(shelf, clock):
    kit = find_kit()
    desk = begin(shelf, kit, named(kit, ["clip_grad_value"]), minutes=15, seed=1, clock=clock)
    for question in ("in place?", "can a gradient be missing?", "what about nan?"):
        assert desk.ask(question)[0] is not None
    reference = kit.exercise("clip_grad_value").solutions()[0].source
    place_of(desk.look().interview).file.write_text(reference)
    clock.wait(240)
    with Grader(kit) as grader:
        desk.finish(grader.grade)
    card = scorecard(desk.log.events())
    (result,) = card.questions
    scores = {area.id: area.score for area in result.areas}
    assert scores == {
        "correctness": 1,
        "robustness": 1,
        "efficiency": 1,
        "order": None,
        "speed": 1,
        "independence": 1,
        "clarifying": 1,
        "follow_ups": None,
    }
    assert (card.rating, card.score, result.points) == (Rating.STRONG, 1, 100)
    assert "waits 0" in next(area.evidence for area in result.areas if area.id == "efficiency")

"""Clarifying questions find their answer in whatever words they are asked, and others find none."""

from __future__ import annotations

import pytest

from gradkata.content import find_kit
from gradkata.interview.clarify import Clarifying, best, clarifying

ASKED = {
    "clip_grad_norm": [
        ("is parameters a generator?", 0),
        ("can I loop over the parameters twice?", 0),
        ("can grads be None?", 1),
        ("Could some params have no grad?", 1),
        ("global norm or per-parameter norm?", 2),
        ("should I return the norm before or after clipping", 3),
        ("do I need the epsilon", 4),
        ("what about eps?", 4),
        ("do I have to do it in place?", 5),
        ("can I replace p.grad with a new tensor", 5),
        ("which dtypes do I have to support? fp16?", 6),
        ("can max_norm be zero or inf?", 7),
        ("what should happen with nan gradients", 8),
        ("L2 norm only?", 9),
        ("do I need to suport sprase gradients", 9),
        ("may I use foreach ops", 10),
        ("can I use clip_grad_norm_ from torch", 10),
        ("what is the learning rate?", None),
        ("how are you today?", None),
        ("what is the weather", None),
        ("does it need to be thread safe?", None),
        ("is there a batch size limit?", None),
        ("?!", None),
    ],
    "clip_grad_value": [
        ("return value?", 0),
        ("in place?", 1),
        ("can grad be None", 2),
        ("list or generator", 3),
        ("per element threshold?", 4),
        ("nan handling?", 5),
        ("negative clip value?", 6),
    ],
    "clip_grad_norm_efficient": [
        ("are views ok?", 2),
        ("can I use item?", 5),
        ("can I cast to float32", 3),
        ("chunks?", 4),
        ("temporary freed immediately ok?", 1),
    ],
    "clip_grad_norm_gpu": [
        ("what counts as a sync?", 1),
        ("how do you count kernel launches?", 2),
        ("can norms be moved to another device", 0),
        ("can an empty gradient occur", 8),
        ("which error type?", 6),
    ],
    "clip_grad_p_norm": [
        ("single tensor?", 0),
        ("exactly equal to max_norm?", 1),
        ("can i clamp the coefficient", 2),
        ("is norm_type an int?", 3),
        ("can i return a float", 7),
    ],
    "grad_norm": [
        ("single tensor allowed?", 2),
        ("which p values", 3),
        ("what to return if there are no gradients?", 4),
        ("which device should it be on?", 6),
        ("dtype of the result", 5),
    ],
    "total_norm": [
        ("are these parameters or gradients", 0),
        ("can i iterate twice?", 1),
        ("can method 2 use temporary memory", 3),
        ("is .item() ok in method 1?", 4),
    ],
    "train_step": [
        ("should I zero the grads at the end", 0),
        ("do I write clipping myself or use torch's function?", 2),
        ("which norm to return?", 3),
        ("is the loss before or after update?", 4),
        ("loss as tensor or float?", 5),
        ("what if norm is nan", 6),
        ("call model.train?", 7),
        ("grad accumulation?", 9),
    ],
}

# Good questions, some of them; but no card answers them.
NOT_ON_ANY_CARD = [
    "how long do I have?",
    "Which Python version is used?",
    "can I use numpy?",
    "is there a test suite I can run?",
    "what is the batch size?",
    "should I write type hints?",
    "Do I need to write docstrings?",
    "how large is the model?",
    "is this for inference or training?",
    "Are weights shared between layers?",
    "can I use the internet?",
    "do you want me to explain my approach first?",
    "what hardware does this run on?",
    "should the code be fast?",
    "may I look at the documentation?",
    "is performance important?",
    "should I raise an error for negative max_norm?",
    "will it be called inside torch.compile?",
    "Is multi-threading involved?",
    "do we use distributed training?",
    "does the order of parameters matter?",
    "can I assume CUDA is available?",
    "can I modify the signature?",
]


@pytest.fixture(scope="module")
def cards():
    """The clarifying questions of every exercise that comes with the program."""
    kit = find_kit()
    return {id_: clarifying(kit.exercise(id_).parsed_card().bullets("Clarifying questions")) for id_ in kit.ids()}


@pytest.mark.parametrize("exercise", ASKED)
def test_questions_in_other_words_find_the_answer_that_is_meant(cards, exercise):
    known = cards[exercise]
    wrong = [(text, best(text, known), place) for text, place in ASKED[exercise] if best(text, known) != place]
    assert wrong == []


@pytest.mark.parametrize("text", NOT_ON_ANY_CARD)
def test_what_no_card_answers_gets_no_answer(cards, text):
    assert {exercise for exercise, known in cards.items() if best(text, known) is not None} == set()


def test_every_question_of_every_card_finds_its_own_answer(cards):
    for known in cards.values():
        assert [best(one.question, known) for one in known] == list(range(len(known)))


def test_a_bullet_becomes_a_question_and_its_answer():
    assert clarifying(["**May it be empty?** Yes, it may."]) == (Clarifying("May it be empty?", "Yes, it may."),)


def test_a_bullet_in_another_form_is_cut_at_its_question_mark():
    assert clarifying(["May it be empty? Yes."]) == (Clarifying("May it be empty?", "Yes."),)


def test_a_card_without_a_list_answers_nothing():
    assert best("may it be empty?", ()) is None

"""What a bench file may say, and what is said about one that is wrong."""

import pytest
import torch

from gradkata.bench import SHAPES, Baseline, Bench, Case, on_shapes
from gradkata.bench.loading import BrokenAnswer, load_answer, load_bench
from gradkata.content import find_kit
from gradkata.errors import ContentError

BENCHES = [path.parent.name for path in sorted((find_kit().root / "graders").glob("*/bench.py"))]


@pytest.mark.parametrize("exercise_id", BENCHES)
def test_every_bench_of_the_kit_names_functions_that_its_exercise_asks_for(exercise_id):
    exercise = find_kit().exercise(exercise_id)
    bench = load_bench(exercise.grader_folder / "bench.py")
    assert tuple(bench.entry_points) == exercise.entry_points
    assert {case.shape for case in bench.cases} == set(SHAPES)
    names = [one.name for one in bench.baselines]
    assert names[:2] == ["PyTorch (foreach)", "PyTorch (loop)"]
    gradients = [torch.randn(3, generator=torch.Generator().manual_seed(1)) for _ in range(2)]
    for case in bench.cases:
        assert all(argument > 0 for argument in case.arguments(gradients))


def test_the_clipping_exercises_and_the_total_norm_can_be_benched():
    clipping = {"clip_grad_norm", "clip_grad_norm_efficient", "clip_grad_norm_gpu", "clip_grad_p_norm"}
    assert set(BENCHES) >= {"total_norm", "clip_grad_value", *clipping}


def test_on_shapes_takes_every_situation_on_every_shape():
    cases = on_shapes({"clipping": lambda _: (1,), "": lambda _: ()}, {"few": ((2,),), "many": ((1,), (1,))})
    assert [case.name for case in cases] == ["few, clipping", "few", "many, clipping", "many"]


def test_a_bench_needs_a_yardstick_a_case_and_an_entry_point():
    baseline, case = Baseline("b", print), Case("few", "", ((1,),), lambda _: ())
    with pytest.raises(ValueError, match=r"^`baselines` is empty$"):
        Bench(baselines=(), cases=(case,), entry_points={"f": ""})
    with pytest.raises(ValueError, match=r"^`cases` is empty$"):
        Bench(baselines=(baseline,), cases=(), entry_points={"f": ""})
    with pytest.raises(ValueError, match=r"^`entry_points` is empty$"):
        Bench(baselines=(baseline,), cases=(case,), entry_points={})


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("x = 1\n", "BENCH is not defined; define BENCH = Bench(...)"),
        ("1 / 0\n", "does not run (ZeroDivisionError: division by zero); mend it"),
    ],
)
def test_a_bench_file_that_is_wrong_is_named_with_the_mend(tmp_path, source, said):
    path = tmp_path / "bench.py"
    path.write_text(source)
    with pytest.raises(ContentError) as caught:
        load_bench(path)
    assert caught.value.message == f"{path}: {said}"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("def clip(:\n", "mine.py: line 1: SyntaxError: invalid syntax"),
        ("\n1 / 0\n", "mine.py: line 2: ZeroDivisionError: division by zero"),
        ("import sys\nsys.exit(4)\n", "mine.py: line 2: SystemExit: 4"),
        ("def clipp(): ...\n", "mine.py: there is no function `clip`; did you mean clipp?"),
        ("clip = 3\n", "mine.py: `clip` is no function"),
    ],
)
def test_an_answer_that_cannot_be_timed_is_named_with_its_line(source, said):
    with pytest.raises(BrokenAnswer) as caught:
        load_answer("mine.py", source, {"clip": ""})
    assert str(caught.value) == said


def test_an_answer_may_define_dataclasses():
    source = (
        "from __future__ import annotations\nfrom dataclasses import dataclass\n"
        "@dataclass\nclass A:\n    x: int\ndef clip(): return A(1).x\n"
    )
    assert load_answer("mine.py", source, {"clip": ""})["clip"]() == 1

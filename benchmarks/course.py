"""What autograding an nbgrader course costs: 200 submissions of one notebook, and the same files with nbgrader alone.

nbgrader alone runs each notebook in a kernel. That takes so long that a sample is timed and the rest extrapolated: the
first submission with nbgrader's start, the following ones each. It is timed twice: on the very same notebooks, whose
hidden tests grade as thoroughly as ours; and on the same notebooks with the card's example as their only test, which
is the least that it can cost (a kernel, and PyTorch). `python benchmarks/course.py [COUNT [SAMPLE]]`.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from gradkata.content import Exercise, find_kit
from gradkata.worker.confine import probe

EXERCISE = "clip_grad_norm"
ASSIGNMENT = "gradient_clipping"
PROGRAM = "from gradkata.cli import main; main()"
NBGRADER = "from nbgrader.apps.nbgraderapp import main; main()"
PLAIN = 'c = get_config()\nc.CourseDirectory.course_id = "course"\n'


def run(program: str, folder: Path, *arguments: str) -> float:
    """Seconds that a command takes in a folder."""
    scripts = Path(sys.executable).parent  # nbgrader starts `alembic`
    environment = os.environ | {
        "GRADKATA_CACHE": str(folder / "cache"),
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
    }
    start = time.perf_counter()
    ended = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if ended.returncode:
        sys.exit(f"{arguments} ended with exit code {ended.returncode}:\n{ended.stderr[-2000:]}")
    return time.perf_counter() - start


def hand_in(course: Path, exercise: Exercise, count: int) -> None:
    """Submissions, half of them right, each with a comment of its own, so that none is known."""
    text = (course / "release" / ASSIGNMENT / f"{EXERCISE}.ipynb").read_text()
    right = [solution.source for solution in exercise.solutions()]
    wrong = [variant.source for mistake in exercise.mistakes() for variant in mistake.variants]
    for number in range(count):
        sources = right if number % 2 else wrong
        notebook = json.loads(text)
        for cell in notebook["cells"]:
            if cell["metadata"].get("nbgrader", {}).get("grade_id") == "answer":
                cell["source"] = f"{sources[number // 2 % len(sources)]}\n# by student {number}\n"
        path = course / "submitted" / f"s{number:04d}" / ASSIGNMENT / f"{EXERCISE}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(notebook))


def with_the_example_alone(notebook: Path, exercise: Exercise) -> None:
    """Rewrite an instructor's notebook: no self-check, and the card's example as the only hidden test."""
    made = json.loads(notebook.read_text())
    test = exercise.parsed_card().code("Example")
    for cell in made["cells"]:
        marks = cell["metadata"].get("nbgrader", {})
        if marks.get("grade_id") == "self-check":
            cell["source"] = "# no self-check"
        elif marks.get("grade") and cell["cell_type"] == "code":
            cell["source"] = f"### BEGIN HIDDEN TESTS\n{test}\n### END HIDDEN TESTS"
            test = "pass"
    notebook.write_text(json.dumps(made))


def nbgrader_alone(course: Path, count: int, sample: int) -> tuple[float, float]:
    """Seconds for the first submission with nbgrader's start, and for each further one."""
    (course / "nbgrader_config.py").write_text(PLAIN)
    for number in range(sample + 1, count):
        shutil.rmtree(course / "submitted" / f"s{number:04d}")
    first = run(NBGRADER, course, "autograde", ASSIGNMENT, "--student", "s0000")
    start = run(NBGRADER, course, "autograde", ASSIGNMENT, "--student", "s0000")  # which is autograded: nothing to do
    return first, (run(NBGRADER, course, "autograde", ASSIGNMENT) - start) / sample


def scores(course: Path) -> dict[str, float]:
    """Automatic points by student."""
    from nbgrader.api import Gradebook  # noqa: PLC0415  (seconds, which are none of what is timed)

    with Gradebook(f"sqlite:///{course / 'gradebook.db'}", "course") as gradebook:
        return {
            submission.student.id: sum(
                grade.auto_score or 0.0 for notebook in submission.notebooks for grade in notebook.grades
            )
            for submission in gradebook.assignment_submissions(ASSIGNMENT)
        }


def main() -> None:
    """Print the figures."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    sample = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    exercise = find_kit().exercise(EXERCISE)
    with tempfile.TemporaryDirectory() as temporary:
        course, same, least = (Path(temporary, name, "course") for name in ("ours", "same", "least"))
        course.parent.mkdir()
        run(PROGRAM, course.parent, "course", "init", "course", "--exercise", EXERCISE)
        run(NBGRADER, course, "generate_assignment", ASSIGNMENT)
        hand_in(course, exercise, count)
        for copy in (same, least):
            shutil.copytree(course, copy)
        with_the_example_alone(least / "source" / ASSIGNMENT / f"{EXERCISE}.ipynb", exercise)
        run(NBGRADER, least, "generate_assignment", ASSIGNMENT, "--force")
        print(f"{count} submissions of one notebook, {os.cpu_count()} cores, {probe().line}")
        ours = run(PROGRAM, course, "course", "autograde", ASSIGNMENT)
        print(f"gradkata course autograde: {ours:.1f} s, {ours / count:.2f} s each")
        again = run(PROGRAM, course, "course", "autograde", ASSIGNMENT)
        print(f"the same again, with nothing changed: {again:.1f} s")
        for name, folder in (("the same notebooks", same), ("the card's example as the only test", least)):
            first, each = nbgrader_alone(folder, count, sample)
            whole = first + each * (count - 1)
            print(
                f"nbgrader autograde, {name}: {first:.1f} s for the first, {each:.1f} s for each of {sample} more;"
                f" {whole:.0f} s for {count} (extrapolated): {whole / ours:.1f} times as long"
            )
        mine, theirs = scores(course), scores(same)
        differing = {student: (mine[student], points) for student, points in theirs.items() if mine[student] != points}
        print(f"points of {len(theirs)} submissions compared: {len(differing)} differ {differing or ''}")


if __name__ == "__main__":
    main()

"""Grading: one submission or many, by workers that are forked for each."""

from gradkata.grading.submission import Submission

__all__ = ["Grader", "Submission"]


def __getattr__(name: str) -> object:
    # The grader needs PyTorch; a submission does not.
    if name == "Grader":
        from gradkata.grading.grader import Grader

        return Grader
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

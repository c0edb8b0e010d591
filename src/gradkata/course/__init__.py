"""The bridge to nbgrader: courses made from a kit, graded outside the kernel, and what students install.

A course's configuration imports `gradkata.course.config`, a hidden test `points`; the rest is the command line's.
"""

__all__ = ["points"]


def __getattr__(name: str) -> object:
    if name == "points":
        from gradkata.course.in_kernel import points  # noqa: PLC0415  (the command line needs no grader for it)

        return points
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

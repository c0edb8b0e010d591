"""The bridge to nbgrader: a course made from the exercises, graded outside the kernel."""

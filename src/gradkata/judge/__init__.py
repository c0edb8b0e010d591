"""The trusted side: cases, expectations, checks and diagnosis.

It never executes a line of a submission. The room holds what suites are built from; it names no exercise.
"""

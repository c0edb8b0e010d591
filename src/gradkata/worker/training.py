"""Runs a training step under observation (filled in by the exercise family of training steps)."""

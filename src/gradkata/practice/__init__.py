"""Self-study: a learner's own folder, progress on disk, watching a file, spaced repetition."""

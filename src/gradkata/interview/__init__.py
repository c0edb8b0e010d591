"""The mock interview: questions, a clock, an interviewer's sheet and a scorecard."""

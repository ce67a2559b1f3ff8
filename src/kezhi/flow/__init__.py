"""The steps of a run, the runner, the lake, and the engine."""

"""The command line: one small file a command. PyTorch and pydantic are imported by the commands that grade."""

from gradkata.cli.program import app, main

__all__ = ["app", "main"]

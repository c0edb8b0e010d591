"""Kill -9 at every step: nothing that was kept is lost, and the interview goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="forks and kills processes")
def test_an_interview_that_is_killed_at_any_step_goes_on_where_it_was(kit, tmp_path):
    """It is killed at every third of the statements that write and of the calls in the modules that do."""
    script = Path(__file__).with_name("killed.py")
    command = [sys.executable, str(script), str(kit.root), str(tmp_path / "kills")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 100

"""The demonstrations run in a kernel, draw what they speak of, and what they say of it is so."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from gradkata.content import Kit
from gradkata.notebook.copies import demonstration_notebook, demonstrations

KIT = Kit(Path(__file__).resolve().parents[2])
PLOTS = {"choosing_max_norm": 2, "exploding_gradients": 2, "norm_or_value": 3, "total_norm_cost": 1}
CLAIMS = {
    "choosing_max_norm": """
assert highest > 20 * median and high > median
low, good, high_ = runs.values()
assert (low[0] > choices["a tenth of the median"]).float().mean() > 0.95
assert 0 < (good[0] > high).float().mean() < 0.15
assert not (high_[0] > choices["ten times the largest"]).any()
assert good[1][-200:].mean() < low[1][-200:].mean() < high_[1][-200:].mean()
""",
    "exploding_gradients": """
last = {gain: gradient_on_the_way_back(gain) for gain in (0.8, 1.4)}
assert last[0.8][-1] < last[0.8][0] / 100 and last[1.4][-1] > 10 * last[1.4][0]
assert first_lost < 60 and not math.isfinite(free_losses[-1])
assert max(clipped_losses) < 10 and sum(clipped_losses[-20:]) / 20 < 0.3
assert max(clipped_norms) > 1.0
""",
    "norm_or_value": """
assert all(turned(one, by_norm) < 0.1 for one in gradients)
assert all(turned(one, by_value) > 1 for one in gradients[:4]) and turned(gradients[4], by_value) < 0.1
start = torch.tensor([-9.0, 3.0])
down = torch.tensor([9.0 / 10, -9.0])
first = {name: path[1] - start for name, path in paths.items()}
cosine = torch.nn.functional.cosine_similarity
assert cosine(first["by norm"], down, dim=0) > 0.999 and cosine(first["by value"], down, dim=0) < 0.8
""",
    "total_norm_cost": """
exact = {name: float(method(gradients)) for name, method in METHODS.items()}
assert max(exact.values()) - min(exact.values()) < 0.01
assert [float(method(half)) for method in METHODS.values()] == [4800.0, math.inf, 4800.0]
counted = [cost(method, gradients) for method in METHODS.values()]
assert [costs.waits for costs in counted] == [24, 0, 0]
assert counted[1].largest == one and counted[1].bytes >= 24 * one
assert max(counted[0].bytes, counted[2].bytes) < 1000
""",
}


@pytest.fixture(scope="module")
def kernel(tmp_path_factory):
    """One kernel for all: each imports PyTorch and matplotlib."""
    environment = pytest.MonkeyPatch()
    environment.setenv("IPYTHONDIR", str(tmp_path_factory.mktemp("ipython")))
    environment.setenv("JUPYTER_RUNTIME_DIR", str(tmp_path_factory.mktemp("runtime")))
    manager = KernelManager()
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=60)
    yield manager
    client.stop_channels()
    manager.shutdown_kernel(now=True)
    manager.cleanup_resources()
    environment.undo()


@pytest.mark.parametrize("path", demonstrations(KIT), ids=lambda path: path.stem)
def test_a_demonstration_runs_draws_and_keeps_its_word(path, kernel):
    notebook = nbformat.reads(demonstration_notebook(path), as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(CLAIMS[path.stem]))
    client = NotebookClient(notebook, km=kernel, timeout=120)
    client.execute(cleanup_kc=False)
    client.kc.stop_channels()
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [output.text for output in outputs if output.output_type == "stream" and output.name == "stderr"] == []
    pictures = [output for output in outputs if "image/png" in output.get("data", {})]
    assert len(pictures) == PLOTS[path.stem]

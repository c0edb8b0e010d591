"""What is written can be read by the library."""

import safetensors.torch
import torch

from gradkata.worker.blobs import pack_tensors


def test_the_library_reads_what_is_written():
    tensors = {
        "plain": torch.tensor([[1.5, -2.0], [float("nan"), float("inf")]]),
        "scalar": torch.tensor(3.0, dtype=torch.float64),
        "none": torch.empty(0, 4, dtype=torch.float16),
        "half": torch.tensor([0.1, 65504.0], dtype=torch.float16),
        "brain": torch.tensor([0.1], dtype=torch.bfloat16),
        "numbers": torch.tensor([-1, 2], dtype=torch.int64),
        "truth": torch.tensor([True, False, True]),
        "Grüße": torch.arange(3, dtype=torch.int32),
    }
    read = safetensors.torch.load(pack_tensors(tensors))
    assert read.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert read[name].dtype is tensor.dtype
        assert torch.equal(read[name].nan_to_num(7.0), tensor.nan_to_num(7.0))
        assert read[name].shape == tensor.shape


def test_a_rare_dtype_is_written_by_the_library():
    complex_ = torch.tensor([1 + 2j])
    assert torch.equal(safetensors.torch.load(pack_tensors({"z": complex_}))["z"], complex_)

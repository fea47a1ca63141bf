"""Hardware other than NVIDIA's, as container images, environments and device words tell it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ecolint.frameworks import words
from ecolint.frameworks.base import Coerced
from ecolint.frameworks.programs import image_path
from ecolint.inference import Known, Located
from ecolint.statements import CommandLine, Tree

IMAGE_DEVICE = re.compile(r"(?<![a-z0-9])(rocm|gaudi|hpu|cpu|tpu|xpu|neuron|npu|ascend|intel)(?![a-z])")
IMAGE_WORDS: Mapping[str, str] = {
    "rocm": "amd",
    "gaudi": "gaudi",
    "hpu": "gaudi",
    "cpu": "cpu",
    "tpu": "tpu",
    "xpu": "intel",
    "intel": "intel",
    "neuron": "neuron",
    "npu": "npu",
    "ascend": "npu",
}
VARIABLES: Mapping[str, str] = {
    **dict.fromkeys(
        ("HSA_OVERRIDE_GFX_VERSION", "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "VLLM_ROCM_USE_AITER"),
        "amd",
    ),
    **dict.fromkeys(
        ("HABANA_VISIBLE_DEVICES", "PT_HPU_LAZY_MODE", "PT_HPU_ENABLE_LAZY_COLLECTIVES"), "gaudi"
    ),
    **dict.fromkeys(("ASCEND_RT_VISIBLE_DEVICES", "ASCEND_VISIBLE_DEVICES"), "npu"),
    **dict.fromkeys(
        (
            "NEURON_RT_VISIBLE_CORES",
            "NEURON_RT_NUM_CORES",
            "NEURON_CC_FLAGS",
            "NEURON_COMPILED_ARTIFACTS",
            "VLLM_NEURON_FRAMEWORK",
        ),
        "neuron",
    ),
    **dict.fromkeys(("VLLM_CPU_KVCACHE_SPACE", "VLLM_CPU_OMP_THREADS_BIND", "SGLANG_USE_CPU_ENGINE"), "cpu"),
    "ZE_AFFINITY_MASK": "intel",
    "TPU_VISIBLE_CHIPS": "tpu",
}
"""Variables that only the runtimes of such hardware read."""
NAMING = ("VLLM_TARGET_DEVICE", "PJRT_DEVICE", "SGLANG_PLATFORM")
"""Variables whose value is the word of a device."""
NVIDIA_VARIABLE = "CUDA_VISIBLE_DEVICES"
BACKENDS: Mapping[str, str] = {"rocm": "amd", "hip": "amd", "metal": "apple", "sycl": "intel", "none": "cpu"}


def device_of_image(image: str) -> str | None:
    """Hardware that an image's name or tag tells; None where it tells none."""
    name = image.partition("@")[0].lower()
    tag = name.rpartition("/")[2].partition(":")[2]
    match = IMAGE_DEVICE.search(f"{image_path(image)}:{tag}")
    return IMAGE_WORDS.get(match[1]) if match else None


def device_of_environment(environment: Tree) -> tuple[str, str] | None:
    """Hardware and the variable that tells it; None where none does, or where NVIDIA's is chosen too."""
    chosen = environment.get(NVIDIA_VARIABLE)
    if chosen is not None and chosen.is_known and str(chosen.value).strip() not in ("", "-1"):
        return None
    for name in (*VARIABLES, *NAMING):
        value = environment.get(name)
        if value is not None and value.is_known and str(value.value).strip() not in ("", "-1"):
            device = VARIABLES.get(name) or words.DEVICES.get(str(value.value).strip().lower())
            if device is not None:
                return device, name
    return None


def machine_of(line: CommandLine) -> Located[str]:
    """Hardware that the line's image or environment tells; not set where they tell none."""
    image = line.image
    if isinstance(image.value, str):
        device = device_of_image(image.value)
        if device is not None:
            origin = f"image {image.value}"
            return Located(device, Known.DERIVED, image.span, image.value_span, origin, image.when)
    found = device_of_environment(line.environment)
    if found is None:
        return Located()
    device, name = found
    return Located(device, Known.DERIVED, line.environment[name].span, origin=f"variable {name}")


def backend_device(written: Any) -> Any:
    """Hardware of a backend device such as `ROCm0`; nothing for others."""
    word = str(written).strip().lower().split(",")[0].rstrip("0123456789")
    return BACKENDS.get(word, Coerced.UNKNOWN)

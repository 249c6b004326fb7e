# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Trains a described network for a few steps in PyTorch and prints what that took of memory, one JSON object in KiB.

Does: reads the description that TorchStep.cs writes (values and nodes in order; maps NHWC, which become NCHW here), makes random
parameters of its shapes, and runs steps of plain SGD on a batch of one. Parameters that do not train take no gradient.
Does not: learn anything, since neither contents nor labels change what the step takes of memory.
Invariant: an operator that is not known here ends the program; nothing is left out of the step.
"""

import json
import sys

import torch
from torch.nn import functional

STEPS, RATE = 3, 0.001


def peak():
    """The most memory that this process has had resident, in KiB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def channels_first(shape):
    return [shape[0], shape[3], shape[1], shape[2]] if len(shape) == 4 else shape


def random(value):
    shape = channels_first(value["shape"])
    return (torch.randn(shape) / max(1, torch.Size(shape[1:]).numel()) ** 0.5).requires_grad_(value["trains"])


def padded(x, pads):
    top, left, bottom, right = pads
    return (x, [top, left]) if [top, left] == [bottom, right] else (functional.pad(x, (left, right, top, bottom)), 0)


def conv2d(x, w, b=None, *, pads=(0, 0, 0, 0), strides=(1, 1), dilations=(1, 1), group=1):
    x, pads = padded(x, pads)
    return functional.conv2d(x, w, b, strides, pads, dilations, group)


def dense(x, w, b=None):
    return functional.linear(x, w, b)


def average_pool2d(x, *, kernel, pads=(0, 0, 0, 0), strides=(1, 1)):
    x, pads = padded(x, pads)
    return functional.avg_pool2d(x, kernel, strides, pads)


def reshape(x, *, shape):
    return (x.permute(0, 2, 3, 1) if x.dim() == 4 else x).reshape(shape)


def overlay_channels(whole, part, *, axis, channels):
    axis = {0: 0, 1: 2, 2: 3, 3: 1}[axis] if whole.dim() == 4 else axis
    return whole.index_copy(axis, torch.tensor(channels), part)


OPERATORS = {f.__name__: f for f in (conv2d, dense, average_pool2d, reshape, overlay_channels)} | {"add": torch.add}


def forward(nodes, values):
    for node in nodes:
        operands = [values[i] for i in node["inputs"]]
        y = OPERATORS[node["op"]](*operands, **node["attributes"])
        values[node["output"]] = functional.hardtanh_(y, *node["clamp"]) if node["clamp"] else y
    return y


def main():
    torch.set_num_threads(1)
    with open(sys.argv[1]) as file:
        network = json.load(file)
    imported = peak()
    parameters = {v["id"]: random(v) for v in network["values"]}
    trained = [p for p in parameters.values() if p.requires_grad]
    optimizer = torch.optim.SGD(trained, RATE)
    sample = torch.rand(channels_first(network["input"]["shape"]))
    for _ in range(STEPS):
        optimizer.zero_grad()
        logits = forward(network["nodes"], parameters | {network["input"]["id"]: sample})
        functional.cross_entropy(logits, torch.tensor([0])).backward()
        optimizer.step()
    print(json.dumps({"imported": imported, "peak": peak(), "trained": sum(p.numel() for p in trained)}))


main()

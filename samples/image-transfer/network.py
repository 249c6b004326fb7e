# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""The image network: a depthwise-separable CNN with three residual blocks in PyTorch and its int8 QDQ form.

Does: name the layers and their order. Does not: draw, train, quantize (export/).
Invariant: the float network and the written file have the same layers by the same names.
"""

import numpy as np
import torch
from torch import nn

from export.classifier import ConvNorm
from export.qdq import QdqWriter, calibrate

# A colour of 0..255 is the real number colour / 128 - 1, and its code is colour - 128.
INPUT_SCALE, INPUT_OFFSET = 1 / 128, -1.0

# Stages of 3x3 depthwise and 1x1 convolution: channels in, channels out, stride. Where they agree the input is added.
STAGES = ((16, 32, 1), (32, 64, 2), (64, 64, 1), (64, 96, 2), (96, 96, 1), (96, 96, 1))


class ImageNet(nn.Module):
    """[n, 3, 32, 32] colours in -1..1 -> [n, classes] logits. `taps` receives every activation that is quantized."""

    def __init__(self, classes):
        super().__init__()
        self.conv0 = ConvNorm(3, STAGES[0][0], 3, 2, (0, 1, 0, 1))
        for number, (inputs, outputs, stride) in enumerate(STAGES, 1):
            pads = (1, 1, 1, 1) if stride == 1 else (0, 1, 0, 1)
            self.add_module(f"dw{number}", ConvNorm(inputs, inputs, 3, stride, pads, inputs))
            self.add_module(f"pw{number}", ConvNorm(inputs, outputs, 1, 1, (0, 0, 0, 0), relu=not is_residual(number)))
        self.drop = nn.Dropout(0.1)
        self.fc = nn.Linear(STAGES[-1][1], classes)

    def forward(self, x, taps=None):
        def tap(name, value):
            if taps is not None:
                taps[name] = value
            return value

        x = tap("conv0", self.conv0(tap("input", x)))
        for number in range(1, len(STAGES) + 1):
            y = tap(f"dw{number}", getattr(self, f"dw{number}")(x))
            y = tap(f"pw{number}", getattr(self, f"pw{number}")(y))
            x = tap(f"add{number}", torch.relu(x + y)) if is_residual(number) else y
        x = tap("pool", x.mean((2, 3)))
        return tap("fc", self.fc(self.drop(x)))


def real(images):
    """uint8 [n, height, width, 3] as the network's input."""
    return (torch.from_numpy(images).float() * INPUT_SCALE + INPUT_OFFSET).permute(0, 3, 1, 2)


def is_residual(number):
    inputs, outputs, stride = STAGES[number - 1]
    return inputs == outputs and stride == 1


def write_qdq(net, x, path):
    """Quantizes the trained network with the ranges seen on the samples `x` and writes it."""
    writer = QdqWriter(calibrate(net, x) | {"input": (np.float32(INPUT_SCALE), np.int8(0))})
    y = writer.convolution("conv0", writer.requantized("input"), "input", net.conv0)
    before = "conv0"
    for number in range(1, len(STAGES) + 1):
        deep = writer.convolution(f"dw{number}", y, before, getattr(net, f"dw{number}"))
        deep = writer.convolution(f"pw{number}", deep, f"dw{number}", getattr(net, f"pw{number}"))
        before = f"pw{number}"
        if is_residual(number):
            deep, before = writer.operator("Add", f"add{number}", [y, deep]), f"add{number}"
        y = deep
    writer.classifier(y, net.fc)
    writer.save(path, x.shape[1:], net.fc.out_features)

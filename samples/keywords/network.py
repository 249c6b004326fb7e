# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""The keyword network: a depthwise-separable CNN in PyTorch and its int8 QDQ form.

Does: name the layers and their order. Does not: make data, train, quantize (export/).
Invariant: the float network and the written file have the same layers by the same names.
"""

import torch
from torch import nn

from export.classifier import ConvNorm
from export.qdq import QdqWriter, calibrate


class KeywordNet(nn.Module):
    """[n, 1, 49, 10] MFCC -> [n, classes] logits; 0.78 M MACs. `taps` receives every activation that is quantized."""

    def __init__(self, classes):
        super().__init__()
        self.conv0 = ConvNorm(1, 32, (10, 4), (2, 2), (1, 1, 4, 5))
        self.dw1 = ConvNorm(32, 32, 3, 1, (1, 1, 1, 1), 32)
        self.pw1 = ConvNorm(32, 32, 1, 1, (0, 0, 0, 0))
        self.dw2 = ConvNorm(32, 32, 3, 2, (1, 1, 1, 1), 32)
        self.pw2 = ConvNorm(32, 64, 1, 1, (0, 0, 0, 0))
        self.dw3 = ConvNorm(64, 64, 3, 1, (1, 1, 1, 1), 64)
        self.pw3 = ConvNorm(64, 64, 1, 1, (0, 0, 0, 0), relu=False)
        self.dw4 = ConvNorm(64, 64, 3, 1, (1, 1, 1, 1), 64)
        self.pw4 = ConvNorm(64, 64, 1, 1, (0, 0, 0, 0))
        self.drop = nn.Dropout(0.2)
        self.fc = nn.Linear(64, classes)

    def forward(self, x, taps=None):
        def tap(name, value):
            if taps is not None:
                taps[name] = value
            return value

        x = tap("input", x)
        for name in ("conv0", "dw1", "pw1", "dw2", "pw2"):
            x = tap(name, getattr(self, name)(x))
        y = tap("dw3", self.dw3(x))
        y = tap("pw3", self.pw3(y))
        x = tap("add3", torch.relu(x + y))
        for name in ("dw4", "pw4"):
            x = tap(name, getattr(self, name)(x))
        x = tap("pool", x.mean((2, 3)))
        return tap("fc", self.fc(self.drop(x)))


def write_qdq(net, x, path):
    """Quantizes the trained network with the ranges seen on the samples `x` and writes it."""
    writer = QdqWriter(calibrate(net, x))

    def conv(name, value, before):
        return writer.convolution(name, value, before, getattr(net, name))

    y, before = writer.requantized("input"), "input"
    for name in ("conv0", "dw1", "pw1", "dw2", "pw2"):
        y, before = conv(name, y, before), name
    residual = conv("pw3", conv("dw3", y, before), "dw3")
    y = conv("dw4", writer.operator("Add", "add3", [y, residual]), "add3")
    writer.classifier(conv("pw4", y, "dw4"), net.fc)
    writer.save(path, x.shape[1:], net.fc.out_features)

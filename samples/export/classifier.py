# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Convolutional classifiers in PyTorch, and their pretraining.

Does: the layer that the samples' networks are built of, training in float with batch normalization. Does not: quantize.
Invariant: deterministic on one thread.
"""

import torch
from torch import nn


class ConvNorm(nn.Module):
    """Convolution with zero padding (left, right, top, bottom), batch normalization and, if asked for, ReLU."""

    def __init__(self, inputs, outputs, kernel, stride, pads, groups=1, relu=True):
        super().__init__()
        self.pad = nn.ZeroPad2d(pads)
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs)
        self.relu = relu

    def forward(self, x):
        y = self.norm(self.conv(self.pad(x)))
        return torch.relu(y) if self.relu else y

    def folded(self):
        """Weight and bias of the equal convolution without batch normalization, as float64 arrays."""
        factor = (self.norm.weight / torch.sqrt(self.norm.running_var + self.norm.eps)).detach().double()
        weight = self.conv.weight.detach().double() * factor[:, None, None, None]
        bias = self.norm.bias.detach().double() - self.norm.running_mean.double() * factor
        return weight.numpy(), bias.numpy()


def pretrain(net, x, y, epochs):
    """Adam with a one-cycle learning rate on float samples `x` and classes `y`; deterministic on one thread."""
    batch, steps = 64, len(x) // 64
    optimizer = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, epochs * steps)
    for epoch in range(epochs):
        net.train()
        order, total = torch.randperm(len(x)), 0.0
        for i in range(steps):
            rows = order[i * batch:(i + 1) * batch]
            loss = nn.functional.cross_entropy(net(x[rows]), y[rows], label_smoothing=0.1)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item()
        print(f"  epoch {epoch + 1:2} of {epochs}: loss {total / steps:.3f}", flush=True)
    return net.eval()


def accuracy(net, x, y):
    """The share of samples whose class the float network tells."""
    with torch.no_grad():
        return float((net(x).argmax(1) == y).float().mean())

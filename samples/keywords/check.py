# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Checks the sample without the compiler: accuracy of the int8 file, and what learning the new words should reach.

Does: evaluates keywords.onnx node by node as it is written; trains a fresh zero head, alone or with the last two layers, on
the new words with plain SGD, one clip at a time, int8 weights rounded stochastically. Does not: match the device bit for
bit; `tinyengine emulate` is the product, this is an independent estimate.
Invariant: test clips only ever meet the network in `accuracy`.
"""

import pathlib

import numpy as np
import torch
from torch.nn import functional

from export.reference import QdqModel, accuracy


class TrainedTail:
    """dw4, pw4, the pool and a zero head after the frozen rest; rounding has gradient one, clamping zero."""

    def __init__(self, model, classes):
        self.model, self.parameters = model, {}
        for name in ("dw4_weight", "dw4_bias", "pw4_weight", "pw4_bias"):
            codes, scale = model.weight(name)
            self.parameters[name] = codes.clone(), scale.reshape(-1, *[1] * (codes.ndim - 1))
        self.head = torch.zeros(classes, 64, dtype=torch.float64), torch.zeros(classes, dtype=torch.float64)

    def requantize(self, x, name):
        scale, zero = self.model.constants[f"{name}_scale"], self.model.constants[f"{name}_zero_point"]
        clamped = (x / scale).clamp(-128 - zero, 127 - zero)
        return (clamped + (clamped.round() - clamped).detach()) * scale

    def features(self, x, real):
        x = self.requantize(functional.conv2d(x, real["dw4_weight"], real["dw4_bias"], padding=1, groups=64), "dw4")
        x = self.requantize(functional.conv2d(x, real["pw4_weight"], real["pw4_bias"]), "pw4")
        return self.requantize(x.mean((2, 3)), "pool")

    def logits(self, x):
        real = {name: codes * scale for name, (codes, scale) in self.parameters.items()}
        return self.features(x, real) @ self.head[0].T + self.head[1]

    def step(self, x, target, rate, layers):
        """One SGD step; the change of an int8 weight or int32 bias is rounded to whole codes without bias."""
        real = {name: (codes * scale).requires_grad_(layers) for name, (codes, scale) in self.parameters.items()}
        head = [value.clone().requires_grad_() for value in self.head]
        loss = functional.cross_entropy(self.features(x, real) @ head[0].T + head[1], target)
        loss.backward()
        self.head = tuple((value - rate * value.grad).detach() for value in head)
        if layers:
            for name, (codes, scale) in self.parameters.items():
                change = -rate * real[name].grad / scale
                change = torch.floor(change + torch.rand(change.shape, dtype=torch.float64))
                limit = 127 if name.endswith("weight") else 2 ** 30
                self.parameters[name] = (codes + change).clamp(-limit, limit), scale


def learn(model, data, layers, epochs, base_rate, seed):
    """Test accuracy before and after training on the new words in random order; the rate falls along a half cosine."""
    torch.manual_seed(seed)
    x, x_test = (model.run(data[key], "add3_dequantized") for key in ("x_train", "x_test"))
    y = torch.from_numpy(data["y_train"]).long()
    tail = TrainedTail(model, int(y.max()) + 1)
    before = accuracy(tail.logits(x_test), data["y_test"])
    order = torch.cat([torch.randperm(len(x)) for _ in range(epochs)])
    for number, i in enumerate(order):
        rate = base_rate * 0.5 * (1.0 + np.cos(np.pi * number / len(order)))
        tail.step(x[i:i + 1], y[i:i + 1], rate, layers)
    return before, accuracy(tail.logits(x_test), data["y_test"])


def main():
    torch.set_num_threads(1)
    here = pathlib.Path(__file__).resolve().parent
    model, data, known = QdqModel(here / "keywords.onnx"), np.load(here / "keywords.npz"), np.load(here / "pretrained-words.npz")
    print(f"int8 accuracy, pretrained words, voices not heard: {accuracy(model.run(known['x_test'], 'logits'), known['y_test']):.3f}")
    for layers, epochs in ((False, 1), (True, 1), (False, 3), (True, 3)):
        results = [learn(model, data, layers, epochs, 0.03, seed) for seed in range(3)]
        after = " ".join(f"{result[1]:.3f}" for result in results)
        print(f"new words, {'last:2' if layers else 'head'}, {epochs * len(data['y_train'])} steps, seeds 0 1 2: "
              f"{results[0][0]:.3f} -> {after}", flush=True)


if __name__ == "__main__":
    main()

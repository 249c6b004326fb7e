# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""The keyword network: a depthwise-separable CNN in PyTorch, its training, and its int8 QDQ form in ONNX.

Does: pretrain in float with batch normalization, fold it, calibrate, quantize, write the file. Does not: make data, or
evaluate the int8 model (check.py reads the written file for that).
Invariant: the file has the form of ONNX Runtime's static quantizer: int8 per-tensor activations, int8 weights per output
channel with zero point 0, int32 biases at scale s_x * s_w, and no Relu, since a zero point of -128 already implies it.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
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


def pretrain(features, labels, classes, epochs, seed):
    """Adam with a one-cycle learning rate on float features [n, 49, 10]; deterministic on one thread."""
    torch.manual_seed(seed)
    net = KeywordNet(classes)
    x, y = torch.from_numpy(features)[:, None], torch.from_numpy(labels).long()
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


def float_accuracy(net, features, labels):
    with torch.no_grad():
        return float((net(torch.from_numpy(features)[:, None]).argmax(1).numpy() == labels).mean())


def calibrate(net, features):
    """Scale and zero point per activation, from the 0.01 and 99.99 percentiles of what the float network computes."""
    taps = {}
    with torch.no_grad():
        net(torch.from_numpy(features)[:, None], taps)
    ranges = {}
    for name, value in taps.items():
        low, high = np.percentile(value.numpy(), [0.01, 99.99])
        low, high = min(float(low), 0.0), max(float(high), 0.0)
        scale = np.float32((high - low) / 255.0)
        ranges[name] = scale, np.int8(np.clip(np.rint(-128.0 - low / scale), -128, 127))
    return ranges


class QdqWriter:
    """Builds the QDQ graph node by node. Activations are known by the name of their QuantizeLinear and its range."""

    def __init__(self, ranges):
        self.ranges, self.nodes, self.initializers = ranges, [], []

    def constant(self, name, value):
        self.initializers.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def dequantized(self, name, values, scale, axis=None):
        """A constant as integer initializer and DequantizeLinear, zero point 0."""
        zero = np.zeros(np.shape(scale), values.dtype)
        inputs = [self.constant(f"{name}_quantized", values), self.constant(f"{name}_scale", scale),
                  self.constant(f"{name}_zero_point", zero)]
        self.nodes.append(helper.make_node("DequantizeLinear", inputs, [f"{name}_dequantized"],
                                           f"{name}_dequantized/DequantizeLinear", axis=axis))
        return f"{name}_dequantized"

    def requantized(self, name, result=None):
        """QuantizeLinear and DequantizeLinear after the value `name`; the value they give is called `result`."""
        result = result or f"{name}_dequantized"
        scale, zero = self.ranges[name]
        grid = [self.constant(f"{name}_scale", scale), self.constant(f"{name}_zero_point", zero)]
        self.nodes += [
            helper.make_node("QuantizeLinear", [name, *grid], [f"{name}_quantized"], f"{name}_quantized/QuantizeLinear"),
            helper.make_node("DequantizeLinear", [f"{name}_quantized", *grid], [result], f"{name}_dequantized/DequantizeLinear")]
        return result

    def operator(self, kind, name, inputs, result=None, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [name], f"{name}/{kind}", **attributes))
        return self.requantized(name, result)

    def weighted(self, kind, name, x, x_range, weight, bias, result=None, **attributes):
        """Conv or Gemm on the dequantized value `x`: weights at max / 127 per output channel, bias at s_x * s_w."""
        peak = np.abs(weight.reshape(len(weight), -1)).max(1)
        scale = np.maximum(peak / 127.0, 1e-8).astype(np.float32)
        codes = np.rint(weight / scale.reshape(-1, *[1] * (weight.ndim - 1))).clip(-127, 127).astype(np.int8)
        bias_scale = (self.ranges[x_range][0] * scale).astype(np.float32)
        bias_codes = np.rint(bias / bias_scale).clip(-2 ** 30, 2 ** 30).astype(np.int32)
        inputs = [x, self.dequantized(f"{name}_weight", codes, scale, 0),
                  self.dequantized(f"{name}_bias", bias_codes, bias_scale, 0)]
        return self.operator(kind, name, inputs, result, **attributes)


def write_qdq(net, features, path):
    """Quantizes the trained network with the ranges seen on `features` and writes it: float32 in and out, batch 1."""
    ranges = calibrate(net, features)
    ranges["flatten"] = ranges["pool"]
    writer = QdqWriter(ranges)

    def conv(name, x, x_range):
        layer = getattr(net, name)
        left, right, top, bottom = layer.pad.padding
        return writer.weighted("Conv", name, x, x_range, *layer.folded(), kernel_shape=list(layer.conv.kernel_size),
                               strides=list(layer.conv.stride), pads=[top, left, bottom, right], dilations=[1, 1],
                               group=layer.conv.groups)

    x, before = writer.requantized("input"), "input"
    for name in ("conv0", "dw1", "pw1", "dw2", "pw2"):
        x, before = conv(name, x, before), name
    y = conv("pw3", conv("dw3", x, before), "dw3")
    x = conv("dw4", writer.operator("Add", "add3", [x, y]), "add3")
    x = writer.operator("GlobalAveragePool", "pool", [conv("pw4", x, "dw4")])
    x = writer.operator("Flatten", "flatten", [x], axis=1)
    weight, bias = net.fc.weight.detach().double().numpy(), net.fc.bias.detach().double().numpy()
    writer.weighted("Gemm", "fc", x, "flatten", weight, bias, "logits", transB=1)

    graph = helper.make_graph(
        writer.nodes, "keywords",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 1, 49, 10])],
        [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [1, len(bias)])], writer.initializers)
    model = helper.make_model(graph, producer_name="samples/keywords", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)

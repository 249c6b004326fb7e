# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Trained float networks as int8 QDQ files in ONNX.

Does: calibrate, fold batch normalization, quantize, write. Does not: evaluate the file (reference.py does).
Invariant: the file has the form of ONNX Runtime's static quantizer: int8 per-tensor activations, int8 weights per output
channel with zero point 0, int32 biases at scale s_x * s_w, and no Relu, since a zero point of -128 already implies it.
"""

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper


def calibrate(net, x):
    """Scale and zero point per activation, from the 0.01 and 99.99 percentiles of what the float network computes."""
    taps = {}
    with torch.no_grad():
        net(x, taps)
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

    def convolution(self, name, x, x_range, layer):
        """A ConvNorm with its batch normalization folded."""
        left, right, top, bottom = layer.pad.padding
        return self.weighted("Conv", name, x, x_range, *layer.folded(), kernel_shape=list(layer.conv.kernel_size),
                             strides=list(layer.conv.stride), pads=[top, left, bottom, right], dilations=[1, 1],
                             group=layer.conv.groups)

    def classifier(self, x, layer):
        """Global average pool and the fully connected `layer`, as `logits`."""
        self.ranges["flatten"] = self.ranges["pool"]
        x = self.operator("Flatten", "flatten", [self.operator("GlobalAveragePool", "pool", [x])], axis=1)
        weight, bias = layer.weight.detach().double().numpy(), layer.bias.detach().double().numpy()
        self.weighted("Gemm", "fc", x, "flatten", weight, bias, "logits", transB=1)

    def save(self, path, shape, classes):
        """Writes the graph from `input` to `logits`, both float32, batch 1."""
        save(path, self.nodes, self.initializers, ("input", [1, *shape]), ("logits", [1, classes]))


def save(path, nodes, initializers, source, result):
    """Writes a checked ONNX file, opset 13, of one float32 input and output, each a name and a shape."""
    graph = helper.make_graph(nodes, path.stem, *([helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)]
                                                  for name, shape in (source, result)), initializers)
    model = helper.make_model(graph, producer_name=f"samples/{path.parent.name}", opset_imports=[helper.make_opsetid("", 13)])
    model.ir_version = 7
    onnx.checker.check_model(model, full_check=True)
    onnx.save(model, path)

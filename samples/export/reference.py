# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Evaluates int8 QDQ files without the compiler.

Does: computes a graph node by node as it is written, in float64. Does not: match the device bit for bit; `tinyengine
emulate` is the product, this is an independent estimate.
Invariant: the operators are those that qdq.py writes.
"""

import numpy as np
import onnx
import torch
from onnx import helper, numpy_helper
from torch.nn import functional


def codes(real, model):
    """Real samples as codes of the model's input quantizer, int8 [n, height, width, channels]; NHWC in and out."""
    result = np.rint(real / model.constants["input_scale"].item()) + model.constants["input_zero_point"].item()
    return result.clip(-128, 127).astype(np.int8)


class QdqModel:
    """A QDQ graph whose values can be computed up to any name; codes [n, height, width, channels] in, real values in float64 out."""

    def __init__(self, path):
        graph = onnx.load(path).graph
        self.nodes = list(graph.node)
        self.constants = {c.name: torch.from_numpy(numpy_helper.to_array(c).copy()).double() for c in graph.initializer}

    def weight(self, name):
        return self.constants[f"{name}_quantized"], self.constants[f"{name}_scale"]

    def run(self, codes, wanted):
        values = dict(self.constants)
        values["input_quantized"] = torch.from_numpy(codes).double().permute(0, 3, 1, 2)
        for node in self.nodes:
            if node.output[0] == "input_quantized":
                continue
            inputs = [values[name] for name in node.input]
            attributes = {a.name: helper.get_attribute_value(a) for a in node.attribute}
            values[node.output[0]] = evaluate(node.op_type, inputs, attributes)
            if node.output[0] == wanted:
                return values[wanted]
        raise KeyError(wanted)


def evaluate(kind, inputs, attributes):
    x = inputs[0]
    match kind:
        case "QuantizeLinear":
            return (torch.round(x / inputs[1]) + inputs[2]).clamp(-128, 127)
        case "DequantizeLinear":
            shape = [-1] + [1] * (x.ndim - 1) if inputs[1].ndim else []
            return (x - inputs[2].reshape(shape)) * inputs[1].reshape(shape)
        case "Conv":
            top, left, bottom, right = attributes["pads"]
            return functional.conv2d(functional.pad(x, (left, right, top, bottom)), inputs[1], inputs[2],
                                     attributes["strides"], groups=attributes["group"])
        case "Add":
            return x + inputs[1]
        case "GlobalAveragePool":
            return x.mean((2, 3), keepdim=True)
        case "Flatten":
            return x.flatten(1)
        case "Gemm":
            return x @ inputs[1].T + inputs[2]
    raise NotImplementedError(kind)


def accuracy(logits, labels):
    return float((logits.argmax(1).numpy() == labels).mean())


def accuracy(logits, labels):
    return float((logits.argmax(1).numpy() == labels).mean())

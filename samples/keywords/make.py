# SPDX-License-Identifier: MIT
# Copyright (c) 2026 The TinyEngine Authors
"""Makes the sample: keywords.onnx (pretrained int8 network), keywords.npz (new words), pretrained-words.npz, classes.txt.

Does: choose words and voices, synthesize, pretrain, quantize, write. Does not: train on the new words; that is what the
device is for. Invariant: the three groups of voice variants are disjoint, so no test voice was ever heard in training,
neither here nor on the device; everything follows from SEED.
"""

import itertools
import pathlib

import numpy as np
import torch

import network
import speech
from export import classifier
from export.reference import QdqModel, codes

SEED = 20
PRETRAINED_WORDS = ("yes no up down left right on off stop go start cancel seven marvin kitchen radio table "
                    "winter summer monday hello thunder purple forward").split()
NEW_WORDS = "lamp music heater window coffee alarm garage curtain".split()

ACCENTS = "en en-us en-gb-x-rp en-029".split()
OTHER_ACCENTS = "en-gb-scotland en-gb-x-gbclan en-gb-x-gbcwmd en-us-nyc".split()  # in test clips only
PRETRAINED_VARIANTS = ("m1 m2 m3 m4 f1 f2 f3 Alex Alicia Andy linda Michael steph2 travis adam Diogo Gene Annie paul "
                       "benjamin").split()
TRAIN_VARIANTS = "m5 m6 f4 Mike Andrea Denis Hugo Marco".split()
TEST_VARIANTS = "m7 m8 f5 belinda max victor".split()
NOISE_DB = 5.0, 25.0


def voices(accents, variants):
    return [f"{accent}+{variant}" for accent, variant in itertools.product(accents, variants)]


def clips(words, voice_names, takes, records, stream):
    """Features float32 [n, 49, 10] and labels uint8 [n], shuffled: every word is said `takes` times and every take
    recorded `records` times. `takes` are shared among the voices in turn, with random pitch and speed."""
    random = np.random.default_rng([SEED, stream])
    features, labels = [], []
    for label, word in enumerate(words):
        order = random.permutation(len(voice_names))
        for number in range(takes):
            take = speech.Take(voice_names[order[number % len(order)]], int(random.integers(20, 81)),
                               int(random.integers(120, 191)))
            spoken = speech.speak(word, take)
            for _ in range(records):
                features.append(speech.mfcc(speech.record(spoken, random, NOISE_DB)))
                labels.append(label)
    order = random.permutation(len(labels))
    return np.stack(features)[order], np.array(labels, np.uint8)[order]


def images(features):
    """Features as the network's input, float32 [n, 1, 49, 10]."""
    return torch.from_numpy(features)[:, None]


def main():
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    here = pathlib.Path(__file__).resolve().parent
    strangers = voices(ACCENTS + OTHER_ACCENTS, TEST_VARIANTS)
    print("speaking", flush=True)
    known = clips(PRETRAINED_WORDS, voices(ACCENTS, PRETRAINED_VARIANTS), 80, 4, 1)
    known_test = clips(PRETRAINED_WORDS, strangers, 12, 1, 2)
    new = clips(NEW_WORDS, voices(ACCENTS, TRAIN_VARIANTS), 60, 1, 3)
    new_test = clips(NEW_WORDS, strangers, 30, 1, 4)

    print("pretraining", flush=True)
    torch.manual_seed(SEED)
    net = network.KeywordNet(len(PRETRAINED_WORDS))
    classifier.pretrain(net, images(known[0]), torch.from_numpy(known[1]).long(), 14)
    after = classifier.accuracy(net, images(known_test[0]), torch.from_numpy(known_test[1]))
    print(f"float accuracy, pretrained words, voices not heard: {after:.3f}")
    network.write_qdq(net, images(known[0][:1000]), here / "keywords.onnx")

    model = QdqModel(here / "keywords.onnx")
    np.savez_compressed(here / "pretrained-words.npz", x_test=codes(known_test[0][..., None], model), y_test=known_test[1])
    np.savez_compressed(here / "keywords.npz",
                        x_train=codes(new[0][..., None], model), y_train=new[1],
                        x_test=codes(new_test[0][..., None], model), y_test=new_test[1])
    (here / "classes.txt").write_text("".join(f"{word}\n" for word in NEW_WORDS))


if __name__ == "__main__":
    main()

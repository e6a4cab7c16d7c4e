"""Workspaces to race with. The same seed gives the same bytes."""

import os
import random

BLOCK = 8 << 20
FILES_PER_DIRECTORY = 100
WORDS = (
    "def", "return", "self", "import", "tensor", "layer", "weight", "bias", "forward", "x", "y", "for", "in",
    "range", "if", "else", "None", "True", "shape", "dtype", "0.125", "config", "model", "train", "loss",
)


def exponent_table():
    """Maps even bytes to sign and upper exponent bits as normally distributed weights have them."""
    halves = [0x3C] * 70 + [0x3B] * 40 + [0x3A] * 12 + [0x39] * 4 + [0x38] * 2
    return bytes(halves + [value | 0x80 for value in halves])


def make_weights(folder, size, seed):
    """Two files of weights, one of 16 and one of 32 bits: noise but for every second or fourth byte."""
    table = exponent_table()
    generator = random.Random(seed)
    for name, width in (("bf16.safetensors", 2), ("fp32.safetensors", 4)):
        with open(os.path.join(folder, name), "wb") as file:
            left = size
            while left > 0:
                count = min(BLOCK, left)
                block = bytearray(generator.randbytes(count))
                exponents = block[width - 1 :: width]
                block[width - 1 :: width] = exponents.translate(table)
                file.write(block)
                left -= count


def make_files(folder, count, total, seed):
    """Many small files of various sizes and words, a hundred to a directory."""
    generator = random.Random(seed)
    sizes = [generator.lognormvariate(0, 1) for _ in range(count)]
    scale = total / sum(sizes)
    for number, share in enumerate(sizes):
        directory = os.path.join(folder, f"package_{number // FILES_PER_DIRECTORY:04d}")
        if number % FILES_PER_DIRECTORY == 0:
            os.mkdir(directory)
        size = max(1, round(share * scale))
        with open(os.path.join(directory, f"module_{number:06d}.py"), "w", encoding="ascii") as file:
            file.write(source_text(generator, size))


def source_text(generator, size):
    words = []
    length = 0
    while length < size:
        word = generator.choice(WORDS)
        if generator.random() < 0.3:
            word += f"_{generator.randrange(1000)}"
        words.append(word)
        length += len(word) + 1
    return " ".join(words)[:size]

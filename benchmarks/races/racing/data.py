"""Workspaces to race with. The same seed gives the same bytes."""

import os
import random

from racing import checking, programs

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


class Recipe:
    """How to make a workspace, and what it is called."""

    def __init__(self, scale, seed, models=""):
        self.scale = scale
        self.seed = seed
        self.models = models

    def weights(self, folder, size=1_000_000_000):
        """Two files of weights: of models where a folder with some is given, or else of noise that looks like them."""
        size = round(size * self.scale)
        if self.models:
            command = programs.benchmark(
                "models.ShuffledWeights", self.models, folder, str(size), str(self.seed), java_options="-Xmx3g")
            checking.succeed(command)
        else:
            make_weights(folder, size, self.seed)
        return f"two weight files of {size / 1e6:.0f} MB, bf16 and fp32, {'real' if self.models else 'synthetic'}"

    def code(self, folder, count=20_000, total=100_000_000):
        return self._files(folder, count, total, "source files")

    def tiny(self, folder, count=100_000, total=55_000_000):
        return self._files(folder, count, total, "tiny files")

    def mixed(self, folder):
        parts = {
            "models": lambda at: self.weights(at, 1_150_000_000),
            "code": lambda at: self.code(at, 20_000, 190_000_000),
            "notes": lambda at: self.tiny(at, 5_000, 2_750_000),
        }
        said = []
        for name, make in parts.items():
            at = os.path.join(folder, name)
            os.mkdir(at)
            said.append(make(at))
        return "; ".join(said)

    def _files(self, folder, count, total, kind):
        count, total = max(1, round(count * self.scale)), max(1, round(total * self.scale))
        make_files(folder, count, total, self.seed)
        return f"{count:,} {kind} of {total / 1e6:.1f} MB together"


WORKSPACES = ("weights", "code", "tiny", "mixed")

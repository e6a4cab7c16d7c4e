"""Results as a picture: bars of median seconds, with lines from the least to the most."""

import statistics
from xml.sax.saxutils import escape

from racing.contestants import OURS

WIDTH = 760
LEFT = 190
RIGHT = 90
BAR = 16
STEP = 22
HEADING = 34
OUR_COLOR = "#2563a8"
THEIR_COLOR = "#9aa3ad"
TEXT = 'font-family="sans-serif" font-size="12" fill="#333"'


def draw(results):
    """The chart of some races, as SVG."""
    groups = [(f"{result.title}: {task}", result.by_name(task))
              for result in results for task in result.samples if result.samples[task]]
    parts = []
    height = 8
    for title, by_name in groups:
        parts.append(f'<text x="8" y="{height + 20}" {TEXT} font-weight="bold">{escape(title)}, seconds</text>')
        height += HEADING
        longest = max(sample.seconds for samples in by_name.values() for sample in samples)
        for name, samples in by_name.items():
            parts.append(_bar(name, [sample.seconds for sample in samples], longest, height))
            height += STEP
        height += 8
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
            f'viewBox="0 0 {WIDTH} {height}">\n<rect width="100%" height="100%" fill="white"/>\n'
            + "\n".join(parts) + "\n</svg>\n")


def _bar(name, seconds, longest, top):
    scale = (WIDTH - LEFT - RIGHT) / longest
    median = statistics.median(seconds)
    middle = top + BAR / 2
    least, most = LEFT + min(seconds) * scale, LEFT + max(seconds) * scale
    color = OUR_COLOR if name in OURS else THEIR_COLOR
    return "\n".join((
        f'<text x="{LEFT - 8}" y="{middle + 4:g}" {TEXT} text-anchor="end">{escape(name)}</text>',
        f'<rect x="{LEFT}" y="{top}" width="{median * scale:.1f}" height="{BAR}" fill="{color}"/>',
        f'<line x1="{least:.1f}" y1="{middle:g}" x2="{most:.1f}" y2="{middle:g}" stroke="#333" stroke-width="1.5"/>',
        f'<text x="{most + 6:.1f}" y="{middle + 4:g}" {TEXT}>{median:.2f}</text>',
    ))

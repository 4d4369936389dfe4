"""Draws what was sampled as SVG, one panel to a quantity. Standard library only."""

PANELS = [("memory", "memory, MiB"), ("descriptors", "descriptors"), ("threads", "threads")]
COLOURS = ["#1f6feb", "#d1570a", "#2da44e"]
WIDTH, HEIGHT, LEFT, TOP, GAP = 860, 150, 60, 40, 50


def rounded(most: float) -> float:
    """The next number above that reads well at the end of an axis."""
    step = 1.0
    while most > step * 10:
        step *= 10
    return next(step * factor for factor in [1, 1.5, 2, 3, 4, 5, 6, 8, 10] if most <= step * factor)


def picture(series: dict[str, list[dict]]) -> str:
    """A picture of samples by name, each with `seconds` and the quantities of the panels."""
    inner = WIDTH - LEFT - 20
    last = max(samples[-1]["seconds"] for samples in series.values()) or 1
    total = TOP + len(PANELS) * (HEIGHT + GAP)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {total}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{total}" fill="white"/>',
    ]
    for index, name in enumerate(series):
        x = LEFT + index * 120
        parts.append(f'<line x1="{x}" y1="18" x2="{x + 20}" y2="18" stroke="{COLOURS[index]}" stroke-width="2"/>')
        parts.append(f'<text x="{x + 26}" y="22">{name}</text>')
    for row, (quantity, title) in enumerate(PANELS):
        top = TOP + row * (HEIGHT + GAP)
        most = rounded(max(sample[quantity] for samples in series.values() for sample in samples))
        parts.append(f'<text x="{LEFT}" y="{top - 4}" font-weight="bold">{title}</text>')
        for step in range(5):
            y = top + HEIGHT - HEIGHT * step / 4
            parts.append(f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + inner}" y2="{y:.1f}" stroke="#ddd"/>')
            parts.append(f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{most * step / 4:g}</text>')
        for step in range(7):
            x = LEFT + inner * step / 6
            parts.append(f'<text x="{x:.1f}" y="{top + HEIGHT + 16}" text-anchor="middle">{last * step / 360:.3g} min</text>')
        for index, samples in enumerate(series.values()):
            points = " ".join(
                f"{LEFT + inner * sample['seconds'] / last:.1f},{top + HEIGHT * (1 - sample[quantity] / most):.1f}"
                for sample in samples
            )
            parts.append(f'<polyline points="{points}" fill="none" stroke="{COLOURS[index]}" stroke-width="1.5"/>')
    return "\n".join([*parts, "</svg>"]) + "\n"

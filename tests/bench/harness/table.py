"""What `./dev bench` prints: a table a comparison with its conditions, and all rows at the end."""

from statistics import median

from comparison import Comparison, Finding, Measurement, Pairs

CPU = "µs"  # the unit of rows about CPU time a request


def figure(value: float | None) -> str:
    """Four digits that matter, and no exponent."""
    if value is None:
        return ""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.{3 if value < 10 else 2 if value < 100 else 1}f}"


def cells(found: Finding) -> list[str]:
    """Ours, the peer's, their ratio, its interval (or that of ours), the bound, the verdict."""
    row = found.row
    sign = ">=" if row.higher_is_better else "<="
    unit = "" if found.is_ratio else f" {row.unit}"
    return [
        row.name,
        f"{figure(found.ours)} {row.unit}",
        f"{figure(found.peer)} {row.unit}" if found.peer is not None else "",
        figure(found.held.median) if found.is_ratio else "",
        f"{figure(found.held.low)} to {figure(found.held.high)}",
        "" if row.bound is None else f"{sign} {row.bound:,g}{unit}",
        found.verdict,
    ]


def aligned(lines: list[list[str]]) -> list[str]:
    """The first and the last column to the left, all others to the right."""
    widths = [max(len(line[i]) for line in lines) for i in range(len(lines[0]))]
    last = len(widths) - 1
    return ["  ".join(cell.ljust(width) if i in (0, last) else cell.rjust(width)
                      for i, (cell, width) in enumerate(zip(line, widths))).rstrip()
            for line in lines]


def heads(peer_name: str) -> list[str]:
    return ["", "ours", peer_name, "ratio", "95 % interval", "bound", "verdict"]


def table(comparison: Comparison, pairs: Pairs, findings: list[Finding]) -> list[str]:
    lines = aligned([heads(comparison.peer_name), *map(cells, findings)])
    for found in findings:
        if found.row.unit == CPU:
            peer = [f"{comparison.peer_name} {apart(pairs.peer)}"] if pairs.peer else []
            lines.append("; ".join([f"user + system of the median run: ours {apart(pairs.ours)}",
                                    *peer]))
            break
    return lines


def apart(measurements: list[Measurement]) -> str:
    middle = sorted(measurements, key=lambda m: m.us_per_request(m.cpu.total))
    m = middle[len(middle) // 2]
    return f"{m.us_per_request(m.cpu.user):.2f} + {m.us_per_request(m.cpu.system):.2f} µs"


def conditions(comparison: Comparison, pairs: Pairs) -> list[str]:
    lines = []
    for name, measured in (("ours", pairs.ours), (comparison.peer_name, pairs.peer)):
        figures = [f"{figure(median(m.also[key] for m in measured))} {key}"
                   for key in (measured[0].also if measured else ())]
        if figures:
            lines.append(f"{name}: {', '.join(figures)}")
    counted = f"{len(pairs.ours)} measurements"
    if pairs.peer:
        counted = f"{len(pairs.ours)} alternating pairs of {comparison.seconds:g} s"
    return [*lines, "; ".join(filter(None, [counted, comparison.note, pairs.note]))]


def summary(findings: list[Finding]) -> list[str]:
    """Every row once more; what is short or unclear stands out by its verdict alone."""
    return aligned([heads("peer"), *map(cells, findings)])

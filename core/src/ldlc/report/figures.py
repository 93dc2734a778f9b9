# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The figures of every report: one of each claim, and the learning curves of all arms.

On a claim's figure the accepted range is a band, our 95 % interval lies on it in the verdict's
colour, and the published value is a pin: inside, outside or across the edge is the verdict.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ldlc.report import chart, svg
from ldlc.report.data import ClaimReport, CurveReport, Number, PartReport
from ldlc.report.marks import MARKS
from ldlc.report.rounding import text
from ldlc.report.svg import Axis, label, tag, xy

WIDTH = 760
_ROW_WIDTH = 180
_LABELLED_PARTS = 4  # more parts than these are drawn without numbers: the table has them


def claim(report: ClaimReport) -> str:
    """Returns the figure of one claim: a lane a part, with numbers and an axis."""
    parts = report.parts
    labelled = len(parts) <= _LABELLED_PARTS
    lane = 64 if labelled else 36
    names = short_labels(parts)
    gutter = min(220.0, max(map(svg.width_of, names)) + 20) if len(parts) > 1 else 0.0
    left, right = 24 + gutter, WIDTH - 24
    axes = _axes(parts, left, right)
    shared = len(axes) == 1
    axes = axes * len(parts) if shared else axes
    out = _legend(parts, report.outcome)
    y = 44.0
    for k, (part, axis) in enumerate(zip(parts, axes, strict=True)):
        middle = y + lane / 2
        out += _lane(part, axis, middle, 26 if labelled else 22, report.outcome)
        if gutter:
            out.append(label(24, middle + 4.5, _cut(names[k], gutter - 12)))
        if labelled:
            out += _numbers(part, axis, middle)
        y += lane
        if not shared or k == len(parts) - 1:
            out.append(tag("line", "f-axis", x1=left, x2=right, y1=y + 4, y2=y + 4))
            out += svg.bottom(axis, y + 4)
            y += 30
            about = _about_axis(part, axis, alone=len(parts) == 1)
            if about:
                out.append(label(right, y + 10, about, "f-s", "end"))
                y += 14
    return svg.document(WIDTH, y + 10, described(report), out)


def row(report: ClaimReport) -> str:
    """Returns the same without words, small enough for a row of the table of claims."""
    parts = report.parts
    lane = 30 if len(parts) == 1 else 24 if len(parts) <= 4 else 15
    axes = _axes(parts, 4, _ROW_WIDTH - 4)
    axes = axes * len(parts) if len(axes) == 1 else axes
    out: list[str] = []
    for k, (part, axis) in enumerate(zip(parts, axes, strict=True)):
        out += _lane(part, axis, lane * (k + 0.5), lane - (8 if lane > 15 else 3), report.outcome)
    return svg.document(_ROW_WIDTH, lane * len(parts), described(report), out, card=False)


def described(report: ClaimReport) -> str:
    """Returns in words what a claim's figure shows, for those who do not see it."""
    said = []
    for part in report.parts:
        name = f"{part.label}: " if len(report.parts) > 1 else ""
        accepted = f"accepted {between(part.accepted_low, part.accepted_high)}"
        ours = f"recorded {text(part.estimate, 'nothing')}"
        if interval(part):
            ours += f" ({interval(part)})"
        said.append(f"{name}published {text(part.published, 'no value')}, {accepted}, {ours}")
    return f"{report.id}, {report.outcome}: {'; '.join(said)}"


def interval(part: PartReport) -> str:
    """Returns our interval in words; nothing where none is known."""
    if part.low is None and part.high is None:
        return ""
    return f"{text(part.low, 'open')} to {text(part.high, 'open')}"


def short_labels(parts: Sequence[PartReport]) -> list[str]:
    """Returns the labels of a claim's parts without the names that they all begin with."""
    split = [part.label.split(".") for part in parts]
    shared = 0
    while len(parts) > 1 and len({tuple(words[: shared + 1]) for words in split}) == 1:
        if min(map(len, split)) == shared + 1:
            break
        shared += 1
    return [".".join(words[shared:]) for words in split]


def between(low: Number, high: Number) -> str:
    """Returns an accepted set in words: "from 1 to 2", "up to 2", "from 1 up", "anything"."""
    if low is None and high is None:
        return "by its rule"
    if low is None:
        return f"up to {text(high)}"
    return f"from {text(low)} up" if high is None else f"from {text(low)} to {text(high)}"


def curves(report: CurveReport) -> str:
    """Returns the learning curves of all arms of an experiment, with bands over seeds."""
    lines = [
        chart.Series(
            f"{line.arm} ({line.seeds})",
            [_float(v) for v in line.steps],
            [_float(v) for v in line.mean],
            [_float(v) for v in line.low],
            [_float(v) for v in line.high],
        )
        for line in report.lines
    ]
    title = f"{report.experiment}: {report.name} of {len(lines)} arms, mean over seeds by step"
    return chart.draw(title, "step", report.name, lines, log_y=report.log)


def _axes(parts: Sequence[PartReport], left: float, right: float) -> list[Axis]:
    """Returns one axis where all parts are of one kind and size, else one a part."""
    own = [_axis([part], left, right) for part in parts]
    alike = len({(part.unit, axis.log) for part, axis in zip(parts, own, strict=True)}) == 1
    if alike:
        shared = _axis(parts, left, right)
        widths = [abs(shared.at(axis.high) - shared.at(axis.low)) for axis in own]
        if shared.log == own[0].log and min(widths) >= 0.15 * (right - left):
            return [shared]
    return own


def _axis(parts: Iterable[PartReport], left: float, right: float) -> Axis:
    parts = list(parts)
    values = [
        value
        for part in parts
        for value in (
            part.accepted_low, part.accepted_high, part.published,
            part.low, part.estimate, part.high,
        )
        if isinstance(value, float | int)
    ]  # fmt: skip
    return svg.spanning(values, left, right, log=any(p.log_axis for p in parts), pad=0.15)


def _lane(part: PartReport, axis: Axis, middle: float, height: float, outcome: str) -> list[str]:
    """Returns band, pin and interval of one part, around the height `middle`."""
    top, foot = middle - height / 2, middle + height / 2
    out: list[str] = []
    low, high = part.accepted_low, part.accepted_high
    if low is not None or high is not None:
        a = axis.start if low is None else axis.at(_float(low))
        b = axis.end if high is None else axis.at(_float(high))
        out.append(tag("rect", "f-accept", x=a, y=top, width=max(b - a, 1.5), height=height))
        out += [
            tag("line", "f-edge", x1=x, x2=x, y1=top, y2=foot)
            for x, edge in ((a, low), (b, high))
            if edge is not None
        ]
    if part.published is not None:
        out.append(_pin(axis.at(_float(part.published)), top, height))
    if part.estimate is not None:
        out += _interval(part, axis, middle, min(5.0, height / 3), MARKS[outcome].colour)
    return out


def _pin(x: float, top: float, height: float) -> str:
    """Returns the published value: a triangle that points into the band, on a line through it."""
    size = 5 if height > 14 else 3.5
    return tag(
        "path",
        "f-pin",
        d=f"M{xy(x)},{xy(top + size)}V{xy(top + height)}"
        f"M{xy(x)},{xy(top + size)}L{xy(x - size)},{xy(top - 2)}H{xy(x + size)}Z",
    )


def _interval(part: PartReport, axis: Axis, y: float, cap: float, colour: str) -> list[str]:
    """Returns our interval with caps, arrows where an end is open or infinite, and a dot."""
    x = axis.at(_float(part.estimate))
    known = part.low is not None or part.high is not None
    x1 = axis.at(_float(part.low)) if part.low is not None else axis.start if known else x
    x2 = axis.at(_float(part.high)) if part.high is not None else axis.end if known else x
    ends = ""
    for end, value, inwards in ((x1, part.low, 6), (x2, part.high, -6)):
        if known and not isinstance(value, float | int):
            tip = f"L{xy(end)},{xy(y)}L{xy(end + inwards)},{xy(y + cap)}"
            ends += f"M{xy(end + inwards)},{xy(y - cap)}{tip}"
        elif known:
            ends += f"M{xy(end)},{xy(y - cap)}V{xy(y + cap)}"
    return [
        tag("path", f"f-ours f-{colour}-line", d=f"M{xy(x1)},{xy(y)}H{xy(x2)}{ends}"),
        tag("circle", f"f-dot f-{colour}", cx=x, cy=y, r=cap - 0.5),
    ]


def _numbers(part: PartReport, axis: Axis, middle: float) -> list[str]:
    """Returns the published value above the band and the recorded one below it."""
    out = []
    if part.published is not None:
        out.append(_near(axis, _float(part.published), middle - 19, text(part.published), "f-s"))
    if part.estimate is not None:
        out.append(_near(axis, _float(part.estimate), middle + 28, text(part.estimate), "f-t f-b"))
    else:
        out.append(_near(axis, axis.low, middle + 28, "nothing recorded", "f-s"))
    return out


def _near(axis: Axis, value: float, y: float, content: str, classes: str) -> str:
    half = svg.width_of(content) / 2
    x = min(max(axis.at(value), axis.start + half), axis.end - half)
    return label(x, y, content, classes, "middle")


def _legend(parts: Sequence[PartReport], outcome: str) -> list[str]:
    """Returns the key to what the figure shows, in one line."""
    colour, out, x = MARKS[outcome].colour, [], 24.0
    if any(part.accepted_low is not None or part.accepted_high is not None for part in parts):
        out.append(tag("rect", "f-accept", x=x, y=14, width=26, height=14))
        out.append(label(x + 33, 26, "accepted by the plan", "f-s"))
        x += 176
    if any(part.published is not None for part in parts):
        out.append(_pin(x + 5, 14, 14))
        out.append(label(x + 17, 26, "published", "f-s"))
        x += 95
    if any(part.estimate is not None for part in parts):
        line = f"M{xy(x)},21h26M{xy(x)},16v10M{xy(x + 26)},16v10"
        out.append(tag("path", f"f-ours f-{colour}-line", d=line))
        out.append(tag("circle", f"f-dot f-{colour}", cx=x + 13, cy=21, r=4.5))
        out.append(label(x + 34, 26, f"recorded, {parts[0].interval}: {outcome}", "f-s"))
    return out


def _about_axis(part: PartReport, axis: Axis, alone: bool) -> str:
    """Returns what an axis measures; where there are several parts, their labels stand elsewhere."""
    words = [part.label if alone else "", part.unit, "logarithmic" if axis.log else ""]
    return ", ".join(word for word in words if word)


def _cut(content: str, width: float) -> str:
    most = int(width / svg.width_of("x"))
    return content if len(content) <= most else content[: most - 1] + "…"


def _float(value: Number) -> float:
    assert value is not None  # None has been left out by the caller
    return float(value)

# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""REPORT.md: the report as Markdown that GitHub shows well, drawn from the report as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape

from ldlc.report import marks
from ldlc.report.data import ArmReport, ClaimReport, MeasureReport, PartReport, Report
from ldlc.report.figures import between, described, interval, short_labels
from ldlc.report.rounding import (
    chance_text,
    memory_text,
    p_text,
    seconds_text,
    text,
)

MARKER = "<!-- Made by `ldlc report` from paper.toml and results/: edit those, not this file. -->"

NBSP = "&nbsp;"
_LISTED_PARTS = 3  # of a claim with more, the first table gives the number of parts

_SHORT = {"text": "paper's text", "secondary": "secondary source", "memory": "from memory"}

CERTAINTY = {
    "text": "from the paper's text",
    "secondary": "from a secondary source",
    "memory": "from memory, unverified",
}


def render(report: Report) -> str:
    """Returns REPORT.md."""
    sections = [
        _head(report),
        _claims_table(report),
        _claims(report),
        _curves(report),
        _paper_figures(report),
        _measures(report),
        _departures(report),
        _failures(report),
        _cost(report),
        _environment(report),
        _again(report),
        _clean_room(report),
    ]
    return "\n\n".join(section for section in sections if section) + "\n"


def _head(report: Report) -> str:
    paper = report.paper
    by = "; ".join(md(author) for author in paper.authors)
    where = f" {md(paper.venue)}." if paper.venue else ""
    facts = [*_links(report)]
    if paper.disclosed:
        facts.append(f"public since {paper.disclosed.isoformat()}")
    if paper.priority:
        facts.append(f"priority {paper.priority.isoformat()}")
    facts += [f"{report.replication.track} track", report.replication.framework]
    facts.append(f"replicated by {md(', '.join(report.replication.replicators))}")
    counted = marks.counts(report.strip)
    return "\n\n".join(
        [
            MARKER,
            f"# {md(paper.title)}",
            f"{by} ({paper.year}).{where}  \n{' · '.join(facts)}",
            image("figures/strip.svg", f"Claims: {counted}"),
            f"## {md(report.headline)}",
            f"{counted[:1].upper()}{counted[1:]}." if counted else "The plan states no claims.",
        ]
    )


def _links(report: Report) -> list[str]:
    paper = report.paper
    found = []
    if paper.doi:
        found.append(link(f"doi:{paper.doi}", f"https://doi.org/{paper.doi}"))
    if paper.arxiv:
        found.append(link(f"arXiv:{paper.arxiv}", f"https://arxiv.org/abs/{paper.arxiv}"))
    if paper.patent:
        found.append(link(paper.patent, f"https://patents.google.com/patent/{paper.patent}"))
    if paper.url:
        found.append(link(re.sub(r"^https?://", "", paper.url), paper.url))
    found += [f"related patent {md(number)}" for number in paper.patents]
    return found


def _claims_table(report: Report) -> str:
    if not report.claims:
        return ""
    rows = [
        [
            f"{mark(claim)} **{claim.outcome}**{_flags(claim)}",
            f"{md(claim.says)}<br><sub>[{md(claim.id)}](#{anchor(claim.id)}) · {md(claim.where)}</sub>",
            image(f"figures/row-{claim.id}.svg", described(claim), 180) if claim.parts else "",
            f"{each(claim.parts, 'published')}<br><sub>{_SHORT[claim.certainty]}</sub>",
            _recorded(claim),
        ]
        for claim in report.claims
    ]
    # A column may become as narrow as its longest word, pictures not counted: so heads are wide.
    pictures = f"Accepted{NBSP}and{NBSP}recorded"
    key = (
        "<sub>Band: what the plan accepts. Pin: the published value. Bar: our 95 % interval, in the "
        "colour of the outcome. Inside is replicated, outside is not, across an edge is open"
        f"{', unless the claim says why' if any(map(_decided_across_an_edge, report.claims)) else ''}.</sub>"
    )
    claims = table(
        [f"Outcome{8 * NBSP}", "Claim", pictures, "Published", "Recorded"],
        rows,
        "|:--|:--|:-:|--:|--:|",
    )
    return f"{claims}\n\n{key}"


def mark(claim: ClaimReport) -> str:
    """Returns the picture of a claim's outcome, in line with the text."""
    source = f"figures/mark-{marks.MARKS[claim.outcome].slug}.svg"
    return f'<img src="{source}" alt="" width="18" align="absmiddle">'


def each(parts: Sequence[PartReport], field: str) -> str:
    """Returns a number of each part of a claim, such as its `published` or `estimate`, for a cell."""
    if all(getattr(part, field) is None for part in parts):
        return "–"
    if len(parts) > _LISTED_PARTS:
        return f"{len(parts)} numbers"
    return "<br>".join(text(getattr(part, field)) for part in parts)


def _decided_across_an_edge(claim: ClaimReport) -> bool:
    """Returns whether a claim is decided though our interval reaches across an edge of what it accepts."""
    crossing = [_is_across_an_edge(part) for part in claim.parts]
    return (claim.outcome == "replicated" and any(crossing)) or (
        claim.outcome == "not replicated" and bool(crossing) and all(crossing)
    )


def _is_across_an_edge(part: PartReport) -> bool:
    if part.low is None or part.high is None:
        return False
    edges = [float(e) for e in (part.accepted_low, part.accepted_high) if e is not None]
    return any(float(part.low) < edge < float(part.high) for edge in edges)


def _recorded(claim: ClaimReport) -> str:
    """Returns the estimate, its interval, the seeds and the scale."""
    below = [interval(claim.parts[0])] if len(claim.parts) == 1 else []
    if claim.seeds:
        seeds = "seed" if claim.seeds == 1 else "seeds"
        below.append(f"{claim.seeds} {seeds}, {md(claim.scale)} scale")
    shown = "".join(f"<br><sub>{NBSP.join(line.split())}</sub>" for line in below if line)
    return f"{each(claim.parts, 'estimate')}{shown}"


def _flags(claim: ClaimReport) -> str:
    flags = []
    if claim.approximate:
        flags.append("approximate" if claim.approved else "approximate, not approved")
    if claim.seen_by:
        flags.append("judged by eye")
    if claim.alone:
        flags.append("alone, not after Holm")
    if claim.chance is not None:
        flags.append(f"the extension settles it: {chance_text(claim.chance)}")
    return f"<br><sub>{'; '.join(flags)}</sub>" if flags else ""


def _claims(report: Report) -> str:
    if not report.claims:
        return ""
    return "\n\n".join(["## The claims one by one", *(_claim(c, report) for c in report.claims)])


def _claim(claim: ClaimReport, report: Report) -> str:
    parts = [
        f"### {md(claim.id)}",
        f"{mark(claim)} **{claim.outcome}** · {md(claim.where)}",
        f"> {md(claim.says)}",
        *_warnings(claim),
    ]
    if claim.figure:
        parts.append(image(claim.figure, described(claim), 760))
    said = " ".join(md(s) for s in (claim.compared, claim.because) if s)
    parts += [said] if said else []
    if len(claim.parts) > 1:
        parts.append(_parts_table(claim))
    parts.append(_list(_claim_facts(claim)))
    changed = [a for a in report.amendments if a.claim == claim.id]
    if changed:
        parts.append(
            _list(
                f"Amended {a.date.isoformat()}: {md(a.why)} Before: {md(a.was)} "
                f"Judged on seeds from {a.first_seed}."
                for a in changed
            )
        )
    return "\n\n".join(part for part in parts if part)


def _warnings(claim: ClaimReport) -> list[str]:
    """Returns what a reader must not overlook, each as a quotation."""
    found = []
    if claim.outcome == "exploratory":
        found.append(
            "**Exploratory.** The rule, its margin or its seeds differ from those that stood in the "
            "plan when runs were made, so this counts neither for nor against the paper."
        )
    if claim.approximate and not claim.approved:
        found.append(
            f"**Approximate, not approved.** Judged at the `{claim.scale}` scale, which nobody has "
            "accepted as standing for the paper's own protocol."
        )
    elif claim.approximate:
        found.append(f"**Approximate.** Judged at the `{claim.scale}` scale.")
    return [f"> {text}" for text in found]


def _claim_facts(claim: ClaimReport) -> list[str]:
    facts = []
    if len(claim.parts) == 1:
        part = claim.parts[0]
        unit = f" {md(part.unit)}" if part.unit else ""
        shown = f"{text(part.published)}{unit}" if part.published is not None else "no number"
        facts.append(f"Published: **{shown}**, {CERTAINTY[claim.certainty]}")
        if part.estimate is not None:
            known = f", {part.interval} {interval(part)}" if interval(part) else ""
            facts.append(f"Recorded: **{text(part.estimate)}{unit}** ({_what(claim)}){known}")
    else:
        facts.append(f"Published: {CERTAINTY[claim.certainty]}")
    for share in claim.among:
        facts.append(f"Among: {share.yes} of {share.of} runs, where `{share.measure}` is yes")
    if claim.rule:
        facts.append(f"Rule: {md(claim.rule)} (`judge = {_toml(claim.judge)}`)")
    if claim.why:
        facts.append(f"Why this rule: {md(claim.why)}")
    if claim.paired:
        facts.append(f"Paired by seed: {md(claim.paired)}")
    if claim.p_show is not None or claim.p_refute is not None:
        facts.append(
            f"p-value that shows it: {p_text(claim.p_show)}, after Holm {p_text(claim.holm_show)}; "
            f"that refutes it: {p_text(claim.p_refute)}, after Holm {p_text(claim.holm_refute)}"
            + ("; decided alone, not after Holm over the paper's claims" if claim.alone else "")
        )
    if claim.p_direction is not None:
        facts.append(f"p-value that shows the direction alone: {p_text(claim.p_direction)}")
    if claim.seen_by:
        facts.append(
            f"Judged by eye, and not counted with the tested claims: {md(', '.join(claim.seen_by))}"
        )
    if claim.seeds:
        look = {1: "first look", 2: "second look"}.get(claim.look, "not judged")
        facts.append(f"Seeds: {claim.seeds} at the `{claim.scale}` scale, {look}")
    if claim.chance is not None:
        facts.append(f"Chance that the declared extension settles it: {chance_text(claim.chance)}")
    facts += [md(note) for note in claim.notes]
    for old in claim.earlier:
        said = " ".join(md(line) for line in (old.compared, old.because) if line)
        facts.append(f"Before the amendment, {old.seeds} seeds: {old.outcome}. {said}")
    if claim.remarks:
        facts.append(md(claim.remarks))
    return facts


def _what(claim: ClaimReport) -> str:
    """Returns what a claim's number is: a mean, a median, a share of runs, or of several arms."""
    if "rate_at_least" in claim.judge or "rate_at_most" in claim.judge:
        return "share of runs"
    label = claim.parts[0].label
    return claim.of if label in claim.measures else md(label)


def _parts_table(claim: ClaimReport) -> str:
    rows = [
        [
            md(label),
            text(part.published),
            text(part.estimate),
            interval(part),
            between(part.accepted_low, part.accepted_high),
            p_text(part.p_show),
            p_text(part.p_refute),
        ]
        for label, part in zip(short_labels(claim.parts), claim.parts, strict=True)
    ]
    unit = {part.unit for part in claim.parts}
    shown = f" ({md(unit.pop())})" if len(unit) == 1 and unit != {""} else ""
    head = [
        f"Part{shown}",
        "Published",
        "Recorded",
        claim.parts[0].interval,
        "Accepted",
        "p shown",
        "p refuted",
    ]
    return table(head, rows, "|---|--:|--:|--:|--:|--:|--:|")


def _curves(report: Report) -> str:
    if not report.curves:
        return ""
    out = [
        "## Learning curves",
        "Line: mean over seeds, whose number stands behind the arm's name; band: its 95 % interval, "
        "point by point.",
    ]
    for curve in report.curves:
        notes = ["Means and intervals of logarithms."] if curve.log else []
        alt = f"{curve.name} of {', '.join(line.arm for line in curve.lines)}"
        out.append(f"### {md(curve.experiment)}: {md(curve.name)}")
        out.append(image(curve.figure, alt, 760))
        if notes or curve.notes:
            out.append(f"<sub>{' '.join([*notes, *curve.notes])}</sub>")
    return "\n\n".join(out)


def _paper_figures(report: Report) -> str:
    if not report.figures:
        return ""
    out = ["## The paper's figures, redrawn from our runs"]
    for figure in report.figures:
        out.append(f"### {md(figure.title)}")
        out.append(image(figure.file, figure.title, 760))
        if figure.caption:
            out.append(md(figure.caption))
    return "\n\n".join(out)


def _measures(report: Report) -> str:
    """Returns what every arm measured, claims or not: nothing recorded is left out."""
    out = [
        "## Everything that was measured",
        "Every measure of every arm, judged by a claim or not, over all recorded runs.",
    ]
    head = ["Arm", "Measure", "Runs", "Mean", "SD", "Median", "Least", "Greatest"]
    for experiment in report.experiments:
        arms = [arm for arm in experiment.arms if arm.recorded]
        rows = [_measured(arm, measure) for arm in arms for measure in arm.measures]
        runs = sum(arm.recorded for arm in arms)
        summary = f"{escape(experiment.name)}: {len(arms)} arms, {runs} runs"
        out.append(f"<details><summary>{summary}</summary>")
        out += [table(head, rows, "|---|---|--:|--:|--:|--:|--:|--:|"), "</details>"]
    return "\n\n".join(out)


def _measured(arm: ArmReport, measure: MeasureReport) -> list[str]:
    unit = f"<br><sub>{md(measure.unit)}</sub>" if measure.unit else ""
    numbers = (measure.mean, measure.sd, measure.median, measure.low, measure.high)
    runs = _counted(measure.runs, measure.absent, measure.not_finite)
    return [md(arm.name), f"{md(measure.name)}{unit}", runs, *map(text, numbers)]


def _counted(runs: int, absent: int, not_finite: int) -> str:
    more = [
        f"{count} {word}"
        for count, word in ((absent, "absent"), (not_finite, "not finite"))
        if count
    ]
    shown = ", ".join(more).replace(" ", NBSP)
    return f"{runs}<br><sub>{shown}</sub>" if more else str(runs)


def _departures(report: Report) -> str:
    departures = [[md(d.from_), md(d.to), md(d.why)] for d in report.departures]
    unstated = [[md(u.what), md(u.chosen), md(u.how)] for u in report.unstated]
    amendments = [
        [
            a.date.isoformat(),
            f"[{md(a.claim)}](#{anchor(a.claim)})",
            md(a.was),
            md(a.why),
            str(a.first_seed),
        ]
        for a in report.amendments
    ]
    return "\n\n".join(
        [
            "## Departures from the text",
            table(["The text", "Here", "Why"], departures) if departures else "None known.",
            "## What the text leaves open",
            table(["Unstated", "Chosen", "How"], unstated) if unstated else "Nothing was found.",
            "## Rules changed after recording",
            table(["Date", "Claim", "The rule was", "Why", "First fresh seed"], amendments)
            if amendments
            else "No amendment. Claims whose rule changed without one are marked exploratory above.",
        ]
    )


def _failures(report: Report) -> str:
    out = ["## Errors and divergence"]
    if not report.failures and not report.diverged:
        return "\n\n".join([*out, "No run raised and none diverged."])
    if report.failures:
        out.append("Runs that raised, with the last lines of their tracebacks:")
        for run in report.failures:
            longest = max((len(m) for line in run.last for m in re.findall(r"`+", line)), default=0)
            fence = "`" * max(3, longest + 1)
            out.append(f"**{md(run.experiment)} · {md(run.arm)} · seed {run.seed}**")
            out.append("\n".join([f"{fence}text", *run.last, fence]))
    if report.diverged:
        rows = [
            [
                f"{md(run.experiment)} · {md(run.arm)}", str(run.seed),
                "–" if run.step is None else text(float(run.step)), md(run.term), text(run.last),
            ]
            for run in report.diverged
        ]  # fmt: skip
        out.append("Runs whose numbers stopped being finite; a result, judged as such:")
        out.append(table(["Arm", "Seed", "Step", "Term", "Last value"], rows))
    return "\n\n".join(out)


def _cost(report: Report) -> str:
    rows = [
        [
            f"{md(experiment.name)} · {md(arm.name)}",
            md(experiment.scale),
            f"{arm.recorded}{NBSP}of{NBSP}{arm.wanted}",
            _seconds(arm.wall_s_run),
            _seconds(arm.wall_s),
            _seconds(arm.cpu_s),
            _memory(arm.peak_memory_mib),
            _engine(arm),
        ]
        for experiment in report.experiments
        for arm in experiment.arms
    ]
    cost = report.cost
    rows.append(
        [
            "**all**", "", f"**{cost.runs}**", "", f"**{_seconds(cost.wall_s)}**",
            f"**{_seconds(cost.cpu_s)}**", f"**{_memory(cost.peak_memory_mib)}**", "",
        ]
    )  # fmt: skip
    head = ["Arm", "Scale", "Runs", "A run", "Wall", "CPU", "Peak memory", "Engine"]
    out = ["## Cost", table(head, rows, "|---|---|--:|--:|--:|--:|--:|---|")]
    for experiment in report.experiments:
        if experiment.scale_why:
            approved = (
                f" Approved by {md(experiment.approved_by)}." if experiment.approved_by else ""
            )
            out.append(
                f"`{experiment.scale}` scale of {md(experiment.name)}: {md(experiment.scale_why)}{approved}"
            )
    return "\n\n".join(out)


def _environment(report: Report) -> str:
    out = ["## Environment"]
    for environment in report.environments:
        facts = [
            f"{md(key.replace('_', ' '))} {md(str(value))}"
            for key, value in environment.facts.items()
            if value != ""
        ]
        runs = "run" if environment.runs == 1 else "runs"
        out.append(f"**{environment.runs} {runs}:** {', '.join(facts)}.")
    if report.commits:
        out.append("Recorded at " + ", ".join(f"`{commit}`" for commit in report.commits) + ".")
    if report.data:
        rows = [[md(data.name), f"`{data.sha256}`"] for data in report.data]
        out.append(table(["Data set", "SHA-256"], rows))
    else:
        out.append("No data set was read: what the runs learn from is generated.")
    if report.dependencies:
        rows = [[f"`{name}`", md(why)] for name, why in report.dependencies.items()]
        out.append(table(["Dependency beyond core", "Why"], rows))
    return "\n\n".join(out)


def _again(report: Report) -> str:
    commands = [("nox -s replicate", "every missing run, then the verdict on every claim")]
    commands += [
        (f"nox -s replicate -- --experiment {experiment.name}", " ".join(experiment.where.split()))
        for experiment in report.experiments
    ]
    commands.append(("nox -s report", "this file and the figures, from results/ alone"))
    width = max(len(command) for command, _ in commands) + 2
    core = f" It pins core {report.core}, which nox installs." if report.core else ""
    out = [
        "## Do it again",
        f"In the folder of this paper.{core}",
        "\n".join(["```sh", *(f"{c:<{width}}# {why}" for c, why in commands), "```"]),
    ]
    for experiment in report.experiments:
        configs = [arm.config for arm in experiment.arms]
        shared = {
            key: value
            for key, value in configs[0].items()
            if all(config.get(key) == value and key in config for config in configs)
        }
        out.append(
            f"**{md(experiment.name)}** ({md(experiment.where)}), all arms: {_config(shared)}"
        )
        differing = [{k: v for k, v in c.items() if k not in shared} for c in configs]
        if len(configs) > 1:
            out.append(
                _list(
                    f"{md(arm.name)}: {_config(own)}"
                    for arm, own in zip(experiment.arms, differing, strict=True)
                )
            )
    return "\n\n".join(out)


def _config(config: Mapping[str, object]) -> str:
    listed = (f"`{key} = {_toml(value)}`" for key, value in config.items())
    return ", ".join(listed) or "as above"


def _clean_room(report: Report) -> str:
    room = report.replication.clean_room
    exposures = _list(md(e) for e in room.exposures) if room.exposures else "None."
    return "\n\n".join(
        [
            "## Clean room",
            f"{md(', '.join(report.replication.replicators))} attest:",
            _list(md(line) for line in room.attested),
            "Read:",
            _list(md(line) for line in room.read),
            "Of anyone's implementation, seen by accident:",
            exposures,
        ]
    )


def md(content: str) -> str:
    """Returns plain text so that Markdown shows it as it is, on one line; `x` stays code."""
    pieces = re.split(r"(`[^`]+`)", " ".join(content.split()))
    shown = [
        piece.replace("|", r"\|") if k % 2 else _escaped(piece) for k, piece in enumerate(pieces)
    ]
    return re.sub(r"^(#+ |[-+>]|\d+[.)] )", r"\\\1", "".join(shown))


def _escaped(content: str) -> str:
    content = re.sub(r"([\\`*\[\]|~$])", r"\\\1", escape(content, quote=False))
    return re.sub(r"(?<!\w)_|_(?!\w)", r"\\_", content)


def anchor(heading: str) -> str:
    """Returns the fragment that GitHub gives a heading of letters, digits, `_` and `-`."""
    return heading.lower()


def link(words: str, address: str) -> str:
    """Returns a link; `words` are shown as they are, but for code in backticks."""
    safe = re.sub(r"[\s<>()\"]", lambda m: "".join(f"%{b:02X}" for b in m[0].encode()), address)
    return f"[{md(words)}]({safe})"


def image(source: str, alt: str, width: int | None = None) -> str:
    """Returns a picture that may stand in a cell."""
    size = f' width="{width}"' if width else ""
    return f'<img src="{source}" alt="{escape(alt)}"{size}>'.replace("|", "&#124;")


def table(head: Sequence[str], rows: Iterable[Sequence[str]], rule: str = "") -> str:
    """Returns a table; `rule` is the line under its head, which aligns the columns."""
    lines = [f"| {' | '.join(head)} |", rule or "|" + "---|" * len(head)]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def _list(items: Iterable[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _toml(value: object) -> str:
    """Returns a rule as the plan writes it."""
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items()) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, ensure_ascii=False).replace("`", "'")


def _engine(arm: ArmReport) -> str:
    threads = arm.engine.get("threads", 1)
    words = f"{threads} thread{'' if threads == 1 else 's'}"
    return (f"{words}, XLA" if arm.engine.get("jit") else words).replace(" ", NBSP)


def _seconds(value: float | str | None) -> str:
    return "–" if value is None else seconds_text(_number(value)).replace(" ", NBSP)


def _memory(value: float | str | None) -> str:
    return "–" if value is None else memory_text(_number(value)).replace(" ", NBSP)


def _number(value: float | str | None) -> float:
    return float(value or 0)

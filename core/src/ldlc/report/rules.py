# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A claim's rule as a sentence, so that nobody has to know the plan's grammar to read a report."""

from __future__ import annotations

from ldlc.plan.model import Claim, Judge
from ldlc.report.rounding import text


def sentence(claim: Claim) -> str:
    """Returns what must hold for the claim to be replicated, such as "the median is at most 3"."""
    judge = claim.judge
    if judge is None:
        return ""
    if judge.seen is not None:
        return f"two people at least answer yes to: {judge.seen}"
    if judge.order is not None:
        names = " < ".join([_name(claim.measures[0]), *(_name(r) for r in judge.order)])
        return f"the {claim.of}s stand in the order {names}"
    what = "rate" if judge.rate_at_least is not None or judge.rate_at_most is not None else claim.of
    subject = f"the {what} of {_name(claim.measures[0])}"
    if len(claim.measures) > 1:
        subject = f"each of the {len(claim.measures)} parts: the {what}"
    if judge.slope is not None:
        how = ", on logarithms of both," if judge.log else ""
        subject = f"the slope of {_name(claim.measures[0])} over the arms{how}"
    if claim.examples is not None:
        subject += " over all examples"
    return f"{subject} {_predicate(judge)}"


def _predicate(judge: Judge) -> str:
    """Returns the part of the sentence that follows "the mean of X"."""
    for key, words in (
        ("at_most", "is at most"),
        ("at_least", "is at least"),
        ("rate_at_least", "is at least"),
        ("rate_at_most", "is at most"),
    ):
        bound = getattr(judge, key)
        if bound is not None:
            return f"{words} {text(bound)}"
    if judge.equals:
        tolerances = [
            f"{word} {text(value)}"
            for word, value in (
                ("to", judge.rounding),
                ("to", judge.atol),
                ("to a relative", judge.rtol),
            )
            if value is not None
        ]
        return " ".join(["equals the published value in every run,", *tolerances]).rstrip(",")
    if judge.compatible:
        return (
            "lies within two of our standard deviations of the published value, "
            f"which are at most {text(judge.resolution)} together"
        )
    if judge.within_factor is not None:
        return f"is within a factor of {text(judge.within_factor)} of the published value"
    if judge.similar_to is not None:
        if judge.fraction is not None and judge.gap_to is not None:
            share, rival = text(judge.fraction), _name(judge.gap_to)
            return f"is within {share} of the gap to {rival} from that of {_name(judge.similar_to)}"
        return f"is within {text(judge.within)} of that of {_name(judge.similar_to)}"
    if judge.within is not None:
        return f"is within {text(judge.within)} of the published value"
    if judge.not_worse_than is not None:
        return f"is at most {text(judge.by)} worse than that of {_name(judge.not_worse_than)}"
    rivals, word = (
        (judge.less_than, "below") if judge.less_than is not None else (judge.greater_than, "above")
    )
    names = [rivals] if isinstance(rivals, str) else rivals or []
    shown = " and ".join(_name(r) for r in names)
    if judge.times is not None:
        return f"is {word} {text(judge.times)} times that of {shown}"
    size = f" by at least {text(judge.by)}" if judge.by is not None else ""
    return f"is {word} that of {shown}{size}"


def _name(reference: str) -> str:
    return f"`{reference}`"

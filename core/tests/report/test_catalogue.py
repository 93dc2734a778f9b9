# SPDX-FileCopyrightText: 2026 LDLC contributors
# SPDX-License-Identifier: GPL-3.0-or-later
import msgspec

from ldlc.report import catalogue, decode, encode


def test_a_row_is_made_from_report_json_alone(make_report):
    report = decode(encode(make_report({}, {"outcome": "blocked"})))

    row = catalogue.row(report, "repos/Doe1999_1")

    assert "(repos/Doe1999_1/REPORT.md)" in row
    assert r"Learning with \| bars" in row
    assert 'src="repos/Doe1999_1/figures/strip.svg" alt="1 replicated, 1 blocked"' in row
    assert "1 of 2 claims replicated" in row
    assert "10 s" in row


def test_a_table_is_in_order_of_year(make_report):
    new = make_report()
    old = msgspec.structs.replace(
        new, name="Doe1960_1", paper=msgspec.structs.replace(new.paper, year=1960, title="Old")
    )

    rows = catalogue.table({"repos/new": new, "repos/old": old}).splitlines()

    assert ["Old" in row for row in rows[2:]] == [True, False]
    assert {rows[0].count("|")} == {row.replace(r"\|", "").count("|") for row in rows}

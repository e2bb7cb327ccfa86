"""Theatres other than Ukraine: their records are shipped, under the issuers whose words they are."""

from __future__ import annotations

import pytest

RECORDS = {
    "US": [
        "us-law-2373e-cyprus",
        "us-nsm20",
        "us-nsm20-2024-05-10-israel",
        "us-tur-1964-06-05-johnson-letter",
        "us-tur-1975-02-05-embargo",
        "us-tur-1978-09-26-resumed",
        "r-us-isr-cluster",
        "r-us-isr-2024-05",
        "r-us-isr-2025-01-25",
        "r-us-sau-2021-02-04",
    ],
    "GB": [
        "uk-isr-2000-11-29-assurance",
        "uk-isr-2002-03-11-breach",
        "uk-isr-2002-04-15-no-longer-relied-on",
        "r-uk-isr-2024-09-02",
        "uk-isr-2025-06-30-high-court",
        "uk-idn-1996-08-23-embassy",
        "uk-idn-2002-07-19-fco",
        "uk-idn-2003-06-04-no-combat",
    ],
    "DE": ["r-deu-isr-2025-08-08", "r-deu-tur-2019-10-12", "r-deu-sau-eurofighter", "deu-mex-g36", "deu-tur-leopard-1"],
    "FR": ["fra-tur-2019-10-12"],
    "NL": ["nld-isr-2024-02-12-court", "nld-isr-2025-10-03-supreme-court"],
    "SI": ["svn-isr-2025-07-31"],
    "ES": ["esp-isr-2025-09-23-decree"],
    "IT": ["ita-isr-2024-03-14-crosetto"],
    "BE": ["bel-isr-2009-regions"],
    "CA": ["can-isr-2024-03-20-no-new-permits"],
    "SE": ["swe-tur-2019-10-15", "swe-tur-2022-09-30"],
    "FI": ["fin-tur-2019-10-09"],
    "CH": ["che-are-2003-declaration", "che-are-2012-09-21"],
}


@pytest.mark.parametrize("issuer", RECORDS)
def test_the_records_of_other_theatres_are_shipped(library, issuer):
    """Each record of another theatre is a statement of the issuer that made it."""
    assert [name for name in RECORDS[issuer] if f"{issuer}/{name}" not in library.book.statements] == []

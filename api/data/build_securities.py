#!/usr/bin/env python3
"""Regenerates securities.csv from the data of the PyPI package pytickersymbols.

    api/data/build_securities.py            downloads the pinned wheel (checksum below) with pip
    api/data/build_securities.py WHEEL      takes a wheel that is already here

Precision goes before completeness: a company is taken only where the package leaves no doubt, which
means exactly one ISIN, one sector, a country that the ISIN's prefix confirms, and a listing in the
currency of the index it is in. Nothing is filled in from anywhere else.
"""

import ast
import csv
import hashlib
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

VERSION = "1.17.10"
SHA256 = "126ba59039f62fbde99d02b49eb180f0eb7987120aa8daaa25fe4b1c1651eb57"
SOURCE = f"pytickersymbols {VERSION}"

COUNTRIES = {
    "Australia": "AU", "Belgium": "BE", "Finland": "FI", "France": "FR", "Germany": "DE",
    "Ireland": "IE", "Italy": "IT", "Japan": "JP", "Luxembourg": "LU", "Netherlands": "NL",
    "Spain": "ES", "Sweden": "SE", "Switzerland": "CH", "United Kingdom": "GB",
    "United States": "US",
}
# Where the package has a headquarters instead of a country ("Cupertino, California").
STATES = set("""Alabama;Alaska;Arizona;Arkansas;California;Colorado;Connecticut;Delaware;Florida;
Georgia;Hawaii;Idaho;Illinois;Indiana;Iowa;Kansas;Kentucky;Louisiana;Maine;Maryland;Massachusetts;
Michigan;Minnesota;Mississippi;Missouri;Montana;Nebraska;Nevada;New Hampshire;New Jersey;New Mexico;
New York;North Carolina;North Dakota;Ohio;Oklahoma;Oregon;Pennsylvania;Rhode Island;South Carolina;
South Dakota;Tennessee;Texas;Utah;Vermont;Virginia;Washington;West Virginia;Wisconsin;Wyoming;
D.C.""".replace("\n", "").split(";"))

# Labels of the package (GICS and TRBC names, any case) that name a sector, in GICS terms.
SECTORS = {
    "communication services": "Communication Services",
    "consumer discretionary": "Consumer Discretionary",
    "consumer cyclicals": "Consumer Discretionary",
    "consumer staples": "Consumer Staples",
    "consumer non-cyclicals": "Consumer Staples",
    "energy": "Energy",
    "financials": "Financials",
    "health care": "Health Care",
    "healthcare": "Health Care",
    "industrials": "Industrials",
    "information technology": "Information Technology",
    "technology": "Information Technology",
    "materials": "Materials",
    "basic materials": "Materials",
    "real estate": "Real Estate",
    "utilities": "Utilities",
}
CURRENCIES = {
    "AEX": "EUR", "BEL 20": "EUR", "CAC_40": "EUR", "CAC Mid 60": "EUR", "DAX": "EUR",
    "DOW JONES": "USD", "EURO STOXX 50": "EUR", "FTSE 100": "GBP", "IBEX 35": "EUR",
    "MDAX": "EUR", "NASDAQ 100": "USD", "NIKKEI 225": "JPY", "OMX Helsinki 25": "EUR",
    "OMX Stockholm 30": "SEK", "SDAX": "EUR", "S&P 100": "USD", "S&P 500": "USD",
    "S&P 600": "USD", "Switzerland 20": "CHF", "TecDAX": "EUR",
}


def valid_isin(isin):
    """ISO 6166: two letters, nine letters or digits, and a Luhn check digit over all of them."""
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{9}[0-9]", isin):
        return False
    digits = [int(d) for c in isin for d in str(int(c, 36))]
    doubled = [d if i % 2 == 0 else sum(divmod(2 * d, 10)) for i, d in enumerate(reversed(digits))]
    return sum(doubled) % 10 == 0


def country_of(company):
    """ISO 3166 code of the package's country or headquarters; None when it names neither."""
    last = (company.get("country") or "").split(",")[-1].strip()
    return "US" if last in STATES else COUNTRIES.get(last)


def sector_of(company):
    named = {SECTORS[label.lower()] for label in company.get("industries", [])
             if label.lower() in SECTORS}
    return named.pop() if len(named) == 1 else None


def row_of(company, currency):
    """The company as a row, or None where the package leaves a doubt."""
    isins = company.get("isins", [])
    country, sector = country_of(company), sector_of(company)
    listed = {symbol.get("currency") for symbol in company.get("symbols", [])}
    if len(isins) != 1 or not valid_isin(isins[0]) or sector is None or currency not in listed:
        return None
    if isins[0][:2] != country:
        return None
    name = re.sub(r"\s*\([^)]*\)$", "", company["name"]).strip()
    return isins[0], name, country, sector, currency, SOURCE


def rows_of(indices):
    """All rows by ISIN; an ISIN that two differently named companies claim is left out."""
    taken, contested = {}, set()
    for index, data in sorted(indices.items()):
        for company in data["companies"]:
            row = row_of(company, CURRENCIES.get(index))
            if row is None:
                continue
            known = taken.setdefault(row[0], row)
            if known[1:3] != row[1:3]:
                contested.add(row[0])
    return [taken[isin] for isin in sorted(taken) if isin not in contested]


def wheel_path(directory):
    subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest",
                    directory, f"pytickersymbols=={VERSION}"], check=True)
    return next(pathlib.Path(directory).glob("*.whl"))


def read_indices(wheel):
    """The literal behind INDICES, read without running the package's code."""
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    if digest != SHA256:
        sys.exit(f"{wheel}: sha256 is {digest}, expected {SHA256}")
    with zipfile.ZipFile(wheel) as archive:
        tree = ast.parse(archive.read("pytickersymbols/indices_data.py"))
    for statement in tree.body:
        if isinstance(statement, ast.Assign) and statement.targets[0].id == "INDICES":
            return ast.literal_eval(statement.value)
    sys.exit(f"{wheel}: no INDICES in pytickersymbols/indices_data.py")


def main():
    with tempfile.TemporaryDirectory() as directory:
        wheel = pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else wheel_path(directory)
        rows = rows_of(read_indices(wheel))
    with open(pathlib.Path(__file__).with_name("securities.csv"), "w", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["isin", "name", "country", "sector", "currency", "source"])
        writer.writerows(rows)
    print(f"{len(rows)} securities")


if __name__ == "__main__":
    main()

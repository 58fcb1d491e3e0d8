"""What a healthy stack answers to those who read."""

from contract_calls import Contract
from contract_document import strict_json
from contract_samples import (
    APPLE,
    DOCUMENTS,
    INTO,
    LIST,
    NOBODYS,
    PUT,
    SAMPLES,
    SAP,
    SCORE,
    SECURITY,
    WITHOUT_SCORE,
    pointers,
)
from openapi_spec_validator import validate
from stack import Stack


def is_valid_itself(contract: Contract, stack: Stack) -> None:
    validate(contract.document.raw)
    for problem in contract.document.example_problems():
        contract.problems.append(f"example {problem}")
    version = stack.run("--version").stdout.split()[-1]
    contract.expect(contract.document.raw["info"]["version"] == version, "info.version is another")


def serves_its_documents(contract: Contract, stack: Stack) -> None:
    for name in DOCUMENTS:
        tag = contract.call(name, 200).header("ETag")
        contract.call(name, 304, headers={"If-None-Match": tag})
        contract.call(name, 200, headers={"If-None-Match": '"other"'})
        contract.call(name, 200, headers={"Accept": "image/png"})


def lists_page_by_page(contract: Contract, stack: Stack) -> None:
    every = [row[0] for row in stack.sql('select isin from security order by isin collate "C"')]
    listed, query = [], "limit=300"
    while query:
        answer = contract.call(LIST, 200, query=query)
        page = strict_json(answer.body)
        listed += [item["isin"] for item in page["items"]]
        link = f'<{page["next"]}>; rel="next"' if page["next"] else ""
        contract.expect(answer.header("Link") == link, "Link and next say different things")
        query = (page["next"] or "").partition("?")[2]
    contract.expect(listed == every, "the pages together are not all securities in order")
    contract.expect(
        len(strict_json(contract.call(LIST, 200).body)["items"]) == 100,
        "a page without limit has not 100 securities",
    )


def filters_lists(contract: Contract, stack: Stack) -> None:
    def items(query: str) -> list[dict]:
        return strict_json(contract.call(LIST, 200, query=query).body)["items"]

    def count(condition: str) -> int:
        return int(stack.sql(f"select count(*) from security where {condition}")[0][0])

    germans = items("country=DE&limit=500")
    contract.expect(
        {item["country"] for item in germans} == {"DE"}, "country filters something else"
    )
    contract.expect(len(germans) == count("country = 'DE'"), "country loses some")
    energy = items("sector=Energy&limit=500")
    contract.expect(len(energy) == count("sector = 'Energy'"), "sector loses some")
    named = items("q=aPPle&limit=500")
    contract.expect(APPLE in {item["isin"] for item in named}, "q does not find a name")
    contract.expect(
        len(named) == count("name ilike '%apple%' or isin ilike 'apple%'"), "q finds others"
    )
    contract.expect(
        APPLE in {item["isin"] for item in items("q=US03783")}, "q does not find an ISIN"
    )
    contract.expect(not items("q=%25%25%25"), "a wildcard of SQL is one in q")
    after = items(f"after={SAP}&limit=1")
    contract.expect(after and after[0]["isin"] > SAP, "after is not behind")
    first = strict_json(contract.call(LIST, 200, query="country=DE&q=deutsche&limit=1").body)
    second = strict_json(contract.call(LIST, 200, query=first["next"].partition("?")[2]).body)
    contract.expect({item["country"] for item in second["items"]} == {"DE"}, "next loses a filter")


def refuses_parameters(contract: Contract, stack: Stack) -> None:
    bad = contract.call(LIST, 400, query="limit=501&after=US0378331006&country=usa&sector=&q=a&x=1")
    contract.expect(
        sorted(pointers(bad, "parameter")) == ["after", "country", "limit", "q", "sector", "x"],
        "errors do not name all",
    )
    for query in (
        "limit=0",
        "limit=",
        "limit=ten",
        "limit=1.5",
        "limit=1&limit=1",
        "q=%FF%FF",
        "q=%0A%0A",
        "q=%zz",
        "after=",
        "country=us",
        "sector=" + "a" * 101,
    ):
        contract.call(LIST, 400, query=query)
    for get in INTO.values():
        for query in ("wait=31", "wait=-1", "wait=1.5", "wait=", "wait=1&wait=1"):
            answer = contract.call(get, 400, query=query, **SAMPLES)
            contract.expect(pointers(answer, "parameter") == ["wait"], f"{query}: not named")


def reads_conditionally(contract: Contract, stack: Stack) -> None:
    for name in (SECURITY, SCORE):
        answer = contract.call(name, 200, isin=APPLE)
        tag = answer.header("ETag")
        for condition in (tag, f'W/{tag}, "other"', '"other" , ' + tag, "*"):
            same = contract.call(name, 304, headers={"If-None-Match": condition}, isin=APPLE)
            contract.expect(same.header("ETag") == tag, "304 with another ETag")
        contract.call(name, 200, headers={"If-None-Match": '"other"'}, isin=APPLE)
        for nobody in (NOBODYS, "US0378331006", "us0378331005", "%00", "a%2Fb"):
            contract.call(name, 404, isin=nobody)
    whole, score = (
        strict_json(contract.call(name, 200, isin=APPLE).body) for name in (SECURITY, SCORE)
    )
    contract.expect({"isin": APPLE} | whole["score"] == score, "two scores of one security")


def knows_what_has_no_score(contract: Contract, stack: Stack) -> None:
    stack.sql(
        "insert into security (isin, name, country, sector, currency, source) values "
        f"('{WITHOUT_SCORE}', 'No score', 'ZZ', 'None', 'XXX', 'test')"
    )
    body = strict_json(contract.call(SECURITY, 200, isin=WITHOUT_SCORE).body)
    contract.expect(body["score"] is None, "a score from nowhere")
    contract.call(SCORE, 404, isin=WITHOUT_SCORE)
    listed = strict_json(contract.call(LIST, 200, query="q=no%20score").body)["items"]
    contract.expect(
        [item["score"] for item in listed] == [None], "a list with a score from nowhere"
    )
    contract.call(PUT, 200, body={"value": 1}, isin=WITHOUT_SCORE)
    contract.call(SCORE, 200, isin=WITHOUT_SCORE)

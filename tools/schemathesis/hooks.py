"""What Schemathesis sends: ids of records that exist, webhooks of this machine alone, and no key that a run needs.

Schemathesis loads this file (SCHEMATHESIS_HOOKS). RUN_FILE names a JSON file that main.ts writes.
"""

import atexit
import hashlib
import json
import os
import re
import sys

import schemathesis

with open(os.environ["RUN_FILE"], encoding="utf-8") as file:
    RUN = json.load(file)

ID = re.compile(r"^[A-Za-z0-9._:@~-]{1,200}$")
URL = re.compile(r"^https?://", re.IGNORECASE)
COLLECTION = re.compile(r"^/v1/([a-z-]+)/")
# Fields that name a record of another kind.
NAMES = {
    "customerId": "customers",
    "contactId": "contacts",
    "productId": "products",
    "slaId": "slas",
    "templateId": "templates",
    "entitlementId": "entitlements",
    "endpointId": "webhooks",
    "caseId": "cases",
}
SHARE_KNOWN = 7  # of ten


def stay_on_this_machine(event, args):
    """Ends a connection to any other machine before it is made, and writes down where it led."""
    if event == "socket.connect":
        address = args[1]
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        port = address[1] if isinstance(address, tuple) else None
    elif event == "socket.getaddrinfo":
        host, port = args[0], args[1]
    else:
        return
    # Werkzeug and urllib3 look at the host's own IPv6 by connecting a datagram to nobody; that sends nothing.
    if host in (None, "", "::1", "localhost", b"localhost") or str(host).startswith("127."):
        return
    with open(RUN["outgoing"], "a", encoding="utf-8") as out:
        out.write(f"schemathesis {host}:{port}\n")
    raise OSError(f"{host} is not on this machine")


sys.addaudithook(stay_on_this_machine)


def drawn(text):
    """A number made from the text: the same text always meets the same record."""
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:6], "big")


def known(kind, text):
    """An id of an existing record in place of a well-formed one that was made up; anything else stays."""
    ids = RUN["ids"].get(kind, [])
    if not ids or not isinstance(text, str) or not ID.match(text):
        return text
    number = drawn(text)
    return ids[number // 10 % len(ids)] if number % 10 < SHARE_KNOWN else text


def put_known(value):
    """Names existing records in a body or a query, and lets every other contract cover today."""
    if isinstance(value, list):
        for each in value:
            put_known(each)
    if not isinstance(value, dict):
        return
    for name, inner in value.items():
        if name in NAMES:
            value[name] = known(NAMES[name], inner)
        elif name == "productIds" and isinstance(inner, list):
            value[name] = list(dict.fromkeys(known("products", each) for each in inner if isinstance(each, str)))
        else:
            put_known(inner)
    dates = (value.get("startDate"), value.get("endDate"))
    if all(isinstance(day, str) and re.match(r"^\d{4}-\d\d-\d\d$", day) for day in dates) and drawn(dates[0]) % 2 == 0:
        value["startDate"], value["endDate"] = RUN["today"]


def is_negative(case, part):
    """Whether a part of the request was made to break the schema: it must stay as it is."""
    return any(location.value == part and info.mode.value == "negative" for location, info in case.meta.components.items())


@schemathesis.hook
def before_call(context, case, kwargs):
    path = case.path
    if case.meta is not None and case.meta.phase.name.value != "stateful":
        collection = COLLECTION.match(path)
        if case.path_parameters and "id" in case.path_parameters and collection and not is_negative(case, "path"):
            case.path_parameters["id"] = known(collection.group(1), case.path_parameters["id"])
        if isinstance(case.query, dict) and not is_negative(case, "query"):
            put_known(case.query)
        if isinstance(case.body, (dict, list)) and not is_negative(case, "body"):
            put_known(case.body)
    # The keys with which the run asks must live to its end.
    if path.startswith("/v1/api-keys/") and (case.path_parameters or {}).get("id") in RUN["kept"]:
        case.path_parameters["id"] = RUN["ids"]["api-keys"][0]
    # A delivery goes to this machine, whatever address was made up.
    if path.startswith("/v1/webhooks") and isinstance(case.body, dict):
        url = case.body.get("url")
        if isinstance(url, str) and URL.match(url):
            case.body["url"] = f"{RUN['sink']}/{drawn(url)}"


ANSWERS = {"total": 0, "statuses": {}, "operations": {}, "failures": {}}


@schemathesis.hook
def after_call(context, case, response):
    operation = f"{case.method.upper()} {case.operation.path}"
    status = str(response.status_code)
    ANSWERS["total"] += 1
    ANSWERS["statuses"][status] = ANSWERS["statuses"].get(status, 0) + 1
    of_operation = ANSWERS["operations"].setdefault(operation, {})
    of_operation[status] = of_operation.get(status, 0) + 1


def is_told_by_row(name, case, response):
    """Lists of rows are answered with 200, and each wrong row with why it was refused; anything else wrong is refused."""
    if name != "AcceptedNegativeData" or not case.operation.path.startswith("/v1/bulk/") or is_negative(case, "query"):
        return False
    return any(result["outcome"] == "refused" for result in response.json()["results"])


# A record may have the id `match` or `preview`, so these paths have the methods of records, too.
ALSO_RECORDS = {"/v1/cases/match", "/v1/slas/preview"}


def is_of_record(name, case):
    """Whether a method was found too much that belongs to a record with such an id."""
    return name in ("AllowHeaderMismatch", "UnsupportedMethodResponse") and case.operation.path in ALSO_RECORDS


@schemathesis.hook
def filter_failure(context, failure, case, response):
    name = type(failure).__name__
    if is_told_by_row(name, case, response) or is_of_record(name, case):
        return False
    ANSWERS["failures"][name] = ANSWERS["failures"].get(name, 0) + 1
    # Written at once: a run that is stopped has told what it found.
    with open(RUN["failures"], "a", encoding="utf-8") as out:
        message = " ".join(str(failure.message).split())[:300]
        out.write(f"{name} {case.method.upper()} {case.operation.path} {response.status_code}: {message}\n")
    return True


@atexit.register
def write_answers():
    with open(RUN["answers"], "w", encoding="utf-8") as out:
        json.dump(ANSWERS, out)

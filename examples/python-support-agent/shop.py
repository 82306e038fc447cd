"""The shop's systems, as far as the agent needs them: every number from NL-10000 to NL-99899 is an order."""
import random
import re
import zlib
from datetime import date, timedelta

PRODUCTS = [("Fjell 45 trekking backpack", 189), ("Skagen hardshell jacket", 279), ("Lofoten two-person tent", 429), ("Rondane hiking boots", 219)]
CARRIERS = ["DHL", "DPD", "GLS", "UPS"]
CITIES = ["Leipzig", "Hamburg", "Wien", "Rotterdam", "Lyon"]


class CarrierTimeout(Exception):
    """The carrier's service did not answer in time."""


def _fact(number: str) -> int:
    return zlib.crc32(number.encode())


def get_order(order_number: str, **_: object) -> dict:
    if not re.fullmatch(r"NL-[1-9]\d{4}", order_number) or order_number >= "NL-99900":
        return {"error": "order_not_found"}
    fact = _fact(order_number)
    product, total = PRODUCTS[fact % len(PRODUCTS)]
    placed = date.today() - timedelta(days=1 + fact % 6)
    return {"number": order_number, "product": product, "total": total, "status": "in transit", "placed": placed.isoformat()}


def track_shipment(order_number: str, **_: object) -> dict:
    if random.random() < 0.25:
        raise CarrierTimeout("The carrier did not answer within 5000 ms")
    fact = _fact(order_number + " shipment")
    eta = date.today() + timedelta(days=1 + fact % 3)
    return {"carrier": CARRIERS[fact % 4], "status": "in transit", "city": CITIES[fact % 5], "eta": eta.isoformat()}


def create_return(order_number: str, **_: object) -> dict:
    until = date.today() + timedelta(days=14)
    return {"label": f"RET-{_fact(order_number) % 900_000 + 100_000}", "until": until.isoformat()}


def open_ticket(order_number: str, **_: object) -> dict:
    return {"ticket": f"T-{_fact(order_number) % 90_000 + 10_000}"}


TOOLS = {"get_order": get_order, "track_shipment": track_shipment, "create_return": create_return, "open_ticket": open_ticket}

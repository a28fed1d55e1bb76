"""The sync ledger: which sync ran on which source, and which source claims which record of the graph."""

from graphdb.ledger.claims import Claim, claim_of_fact, claims_of_entity, record_of_entity, record_of_fact
from graphdb.ledger.ledger import BatchEntry, Ledger, Run, Sweep

__all__ = [
    "BatchEntry",
    "Claim",
    "Ledger",
    "Run",
    "Sweep",
    "claim_of_fact",
    "claims_of_entity",
    "record_of_entity",
    "record_of_fact",
]

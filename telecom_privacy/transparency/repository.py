"""The collections `transparency_tallies` and `transparency_reports` of the bulk database."""

from collections.abc import Iterator
from datetime import datetime, time
from uuid import UUID

from pymongo.errors import DuplicateKeyError

from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.transparency.model import Group, Line, Outcome, Report, Tally


class TransparencyRepository:
    """A request has a tally until the report of its year is stored; that alone stays."""

    def __init__(self, bulk: MongoDatabase) -> None:
        self._tallies = bulk["transparency_tallies"]
        self._reports = bulk["transparency_reports"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._tallies.create_index("year")
            self._tallies.create_index("outcome")

    def insert_tally(self, tally: Tally) -> None:
        with translating_errors():
            self._tallies.insert_one({"_id": tally.case_id, **_tally_document(tally)})

    def update_tally(self, tally: Tally) -> None:
        """Write what counts of a request now, unless it is in a report already."""
        with translating_errors():
            self._tallies.update_one({"_id": tally.case_id}, {"$set": _tally_document(tally)})

    def delete_tally(self, case_id: UUID) -> None:
        with translating_errors():
            self._tallies.delete_one({"_id": case_id})

    def fetch_pending(self) -> Iterator[Tally]:
        return self._fetch_tallies({"outcome": Outcome.PENDING.value})

    def fetch_tallies(self, year: int) -> Iterator[Tally]:
        return self._fetch_tallies({"year": year})

    def delete_tallies(self, newest: int) -> None:
        """Forget the requests of reports up to that of a year."""
        with translating_errors():
            self._tallies.delete_many({"year": {"$lte": newest}})

    def fetch_tallied_years(self) -> list[int]:
        with translating_errors():
            return sorted(self._tallies.distinct("year"))

    def insert_report(self, report: Report) -> bool:
        """Store the report of a year; False if there is one already, which stays as it is."""
        document = {"_id": report.year, **_report_document(report)}
        try:
            with translating_errors():
                self._reports.insert_one(document)
        except DuplicateKeyError:
            return False
        return True

    def fetch_report(self, year: int) -> Report | None:
        with translating_errors():
            found = self._reports.find_one({"_id": year})
        return _report(found) if found else None

    def fetch_reports(self) -> list[Report]:
        """All reports, the newest first; there is one a year."""
        with translating_errors():
            found = list(self._reports.find())
        return sorted(map(_report, found), key=lambda report: report.year, reverse=True)

    def _fetch_tallies(self, query: Document) -> Iterator[Tally]:
        with translating_errors():
            for one in self._tallies.find(query):
                yield _tally(one)


def _tally_document(tally: Tally) -> Document:
    return {
        "year": tally.year,
        "noted_at": tally.noted_at,
        **_group_document(tally.group),
        "outcome": tally.outcome.value,
        "accounts": tally.accounts,
    }


def _tally(found: Document) -> Tally:
    return Tally(
        case_id=found["_id"],
        year=found["year"],
        noted_at=found["noted_at"],
        group=Group(found["authority"], found["basis"]) if found["basis"] else None,
        outcome=Outcome(found["outcome"]),
        accounts=found["accounts"],
    )


def _group_document(group: Group | None) -> Document:
    return {"authority": group and group.authority, "basis": group and group.basis}


def _report_document(report: Report) -> Document:
    return {
        "published_on": datetime.combine(report.published_on, time.min),
        "received": report.received,
        "lines": [_line_document(line) for line in report.lines],
    }


def _report(found: Document) -> Report:
    return Report(
        year=found["_id"],
        published_on=found["published_on"].date(),
        received=found["received"],
        lines=tuple(map(_line, found["lines"])),
    )


def _line_document(line: Line) -> Document:
    return {
        **_group_document(line.group),
        "text": line.text,
        "received": line.received,
        "accounts": line.accounts,
        "outcomes": {outcome.value: shown for outcome, shown in line.outcomes.items()},
    }


def _line(found: Document) -> Line:
    return Line(
        group=Group(found["authority"], found["basis"]),
        text=found["text"],
        received=found["received"],
        accounts=found["accounts"],
        outcomes={Outcome(name): shown for name, shown in found["outcomes"].items()},
    )

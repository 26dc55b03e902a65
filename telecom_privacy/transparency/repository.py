"""The collections `transparency_…` of the bulk database."""

from collections.abc import Iterator
from datetime import datetime, time

from pymongo.errors import DuplicateKeyError

from telecom_privacy.storage.mongo import Document, MongoDatabase, translating_errors
from telecom_privacy.transparency.model import Expected, Group, Line, Outcome, Report, Tally


class TransparencyRepository:
    """A request is expected until it ended, then it has a tally, which does not name it.

    Both go once the report of their year is stored; that alone stays.
    """

    def __init__(self, bulk: MongoDatabase) -> None:
        self._expected = bulk["transparency_expected"]
        self._tallies = bulk["transparency_tallies"]
        self._reports = bulk["transparency_reports"]

    def create_indexes(self) -> None:
        with translating_errors():
            self._tallies.create_index("year")
            self._expected.create_index("year")

    def insert_expected(self, expected: Expected) -> None:
        """Note that a request is about to be recorded; once more, that it still is."""
        change = {
            "$set": {"noted_at": expected.noted_at},
            "$setOnInsert": {"tally": expected.tally_id, "year": expected.year},
        }
        with translating_errors():
            self._expected.update_one({"_id": expected.case_id}, change, upsert=True)

    def replace_expected(self, expected: Expected, tally: Tally) -> None:
        """Store what counts of a request that ended, and forget which one it was.

        May be repeated: its tally has the same id each time. One that never counts leaves none.
        """
        if tally.group:
            document = {**_group_document(tally.group), **_tally_document(tally)}
            with translating_errors():
                self._tallies.replace_one({"_id": tally.id}, document, upsert=True)
        self.delete_expected(expected)

    def delete_expected(self, expected: Expected) -> None:
        with translating_errors():
            query = {"_id": expected.case_id, "noted_at": expected.noted_at}
            self._expected.delete_one(query)

    def fetch_expected(self, year: int | None = None) -> list[Expected]:
        """The requests of a year, or of all years, that had not ended."""
        with translating_errors():
            found = self._expected.find({} if year is None else {"year": year})
            return [
                Expected(one["_id"], one["tally"], one["year"], one["noted_at"]) for one in found
            ]

    def fetch_tallies(self, year: int) -> Iterator[Tally]:
        with translating_errors():
            for one in self._tallies.find({"year": year}):
                yield _tally(one)

    def delete_up_to(self, newest: int) -> None:
        """Forget the requests of reports up to that of a year."""
        with translating_errors():
            self._expected.delete_many({"year": {"$lte": newest}})
            self._tallies.delete_many({"year": {"$lte": newest}})

    def fetch_years(self) -> list[int]:
        with translating_errors():
            found = [*self._expected.distinct("year"), *self._tallies.distinct("year")]
        return sorted(set(found))

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


def _tally_document(tally: Tally) -> Document:
    return {
        "year": tally.year,
        "outcome": tally.outcome.value,
        "accounts": tally.accounts,
    }


def _tally(found: Document) -> Tally:
    return Tally(
        id=found["_id"],
        year=found["year"],
        group=Group(found["authority"], found["basis"]),
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

"""GridFS, MongoDB's own way to keep files: the same bytes, not encrypted, in one collection."""

import io

from gridfs import GridFSBucket

from telecom_privacy.storage.mongo import MongoDatabase, translating_errors


class PlainFiles:
    """Files in a database of their own."""

    def __init__(self, database: MongoDatabase) -> None:
        self._bucket = GridFSBucket(database)

    def upload(self, content: bytes) -> None:
        with translating_errors():
            self._bucket.upload_from_stream("recording", io.BytesIO(content))

"""For WSGI servers other than gunicorn. Set the database URIs: only `serve` starts a database."""

from telecom_privacy.serving import application as build_application

application = build_application()

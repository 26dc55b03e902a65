"""gunicorn's settings. HOST, PORT, WORKERS and THREADS are settings of the service (README)."""

from telecom_privacy import serving

_settings = serving.settings_or_exit()
_database = None

wsgi_app = "telecom_privacy.serving:application()"
proc_name = "telecom-privacy"

_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host
bind = f"{_host}:{_settings.port}"
workers = _settings.workers
threads = _settings.threads
worker_class = "telecom_privacy.worker.Worker"
preload_app = False  # database connections and key caches must not be shared by forking

timeout = 120  # of a worker's main loop; a long upload or download occupies one of its threads
graceful_timeout = 30
keepalive = 15
limit_request_line = 8190  # external ids in a path may be long, and are percent-encoded

accesslog = None  # paths hold external ids; the application logs requests by their route
errorlog = "-"
loglevel = "info"
logger_class = "telecom_privacy.worker.Logger"
control_socket_disable = True


def on_starting(arbiter):
    global _database  # noqa: PLW0603 - gunicorn's hooks have no other place in common
    _database = serving.prepare(arbiter.address)


def when_ready(arbiter):
    serving.stop_gracefully_on_interrupt(arbiter)
    print(f"Serving on http://{bind} ({workers} workers, {threads} threads each).", flush=True)


def on_exit(arbiter):
    if _database:
        _database.stop()
        print("The embedded database has stopped.", flush=True)

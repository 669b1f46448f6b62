#!/bin/sh
# Starts the backend: first the database is brought up to date, then the command runs.
set -e
alembic upgrade head
exec "$@"

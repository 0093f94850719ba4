"""The local stack of `./dev up`: real Postgres and Temporal as children of one process. Not for production."""

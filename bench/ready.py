"""Importing this starts the benchmark's servers and sets Django up: import it before anything of the product."""

from bench.place import prepare

PLACE = prepare()

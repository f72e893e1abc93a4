"""Start the servers and set up Django on import. Import this before anything of the product."""

from bench.servers import prepare

SERVERS = prepare()

"""Code that several interfaces (agent, portal, API, admin) use. Imports no interface."""

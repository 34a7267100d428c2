"""How people and machines outside reach a service over HTTP."""

"""OpenEnv's interface, so that its clients, `DIPGSafetyEnv` of openenv-dipg-safety among them, can be scored here."""

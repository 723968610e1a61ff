"""The demo provider: people and three cases at different stages, made through the actions and nothing else."""

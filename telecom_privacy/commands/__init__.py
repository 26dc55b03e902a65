"""The subcommands of `telecom-privacy`, a module for each group: parse, call one service, print."""

"""The command line, one file per command or group; nothing heavy is imported before a command runs."""

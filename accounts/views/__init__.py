"""Pages about people: parse, call one service, render. One subject a file."""

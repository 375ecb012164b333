"""What every app may use and no app owns: errors, database threads, doorbells, limits, traces, the clock."""

"""What the races share. Start reading at store_race.py, beside this package, and racing.contest."""

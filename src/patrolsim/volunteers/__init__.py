"""People, their homes and posts, and the rosters that say when they are on duty."""

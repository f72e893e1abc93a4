"""A shift of each level and a lead's morning, in a browser: with the mouse, and by keyboard."""

"""The clocks of a ticket: in its panel, on pages that explain them, with ladders and deadlines."""

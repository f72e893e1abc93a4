"""Product feedback: the questions on the closing form, and the lists that they feed (M64)."""

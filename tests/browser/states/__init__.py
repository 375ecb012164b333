"""Pages that show every component in every state, made of made-up data; only tests serve them."""

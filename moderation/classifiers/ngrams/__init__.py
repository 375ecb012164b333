"""The linear part beside a network: hashed n-grams of a text, and a table of what each speaks for."""

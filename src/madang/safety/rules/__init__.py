"""The owner's rules: `letters` folds a text, `matcher` finds words in it, `compiled` knows the rules."""

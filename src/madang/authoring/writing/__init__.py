"""Help me write: suggestions for a persona, a greeting and examples, which the maker takes or drops."""

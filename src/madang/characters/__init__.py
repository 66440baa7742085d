"""Characters: who they are, their drafts and publication, their cards and lorebooks."""

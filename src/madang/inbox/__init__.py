"""What makers come to do: answer what a character could not, talk in its place, and see how it does."""

"""Several engines for one role: in what order they are asked, which are lost, and how one takes over."""

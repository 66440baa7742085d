"""What everything else stands on: settings, errors, ids, identity, clock, safe paths and safe fetching."""

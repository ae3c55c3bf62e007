"""Where a short link may lead, as text: no database."""

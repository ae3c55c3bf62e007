"""Every console as a REST resource: the same rows, columns, masks, rights, verbs and second persons as its pages."""

"""Blocks: a creator and a fan whom one of them hid from the other."""

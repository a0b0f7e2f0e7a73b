// The door of this module comes first.

//! Tests of the lines, all of our own making.

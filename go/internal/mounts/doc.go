// Package mounts compares what a thread sees as its file system with what the
// engine's own threads see, which keep the view they were loaded with.
package mounts

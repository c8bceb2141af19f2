// Package mounts compares the mounts and root that a thread sees with those of the
// engine's own threads, which keep the view they had when the engine was loaded.
package mounts

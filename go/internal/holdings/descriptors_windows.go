package holdings

// descriptorLimit has no effect on Windows, where a process may have millions of
// handles.
func descriptorLimit() int64 { return 2 * maxFiles }

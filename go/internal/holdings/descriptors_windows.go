package holdings

// descriptorLimit is far above maxFiles: a process has millions of handles there.
func descriptorLimit() int64 { return 2 * maxFiles }

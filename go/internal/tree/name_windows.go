package tree

func directoryPath(path string) string { return path }

const listFlags = openFlags

func checkName(name string) error { return checkWindowsName(name) }

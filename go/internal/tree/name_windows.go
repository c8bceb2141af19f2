package tree

func folderPath(path string) string { return path }

const folderFlags = openFlags

func checkName(name string) error { return checkWindowsName(name) }

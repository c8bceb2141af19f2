module github.com/checksig/checksig/go

go 1.26.5

require (
	github.com/cespare/xxhash/v2 v2.3.0
	github.com/pjbgf/sha1cd v0.7.0
	golang.org/x/crypto v0.59.0
	golang.org/x/sys v0.50.0
	golang.org/x/text v0.44.0
)

module github.com/checksig/checksig/go

go 1.26.5

package bag

import "strings"

// fetchList reads fetch.txt: a URL, a length or "-", and a name. The digest says
// whether a file is the right one, so its length need not.
func (r *reader) fetchList() (*FetchList, error) {
	lines, err := r.lines(Fetch)
	if err != nil {
		return nil, err
	}
	f := &FetchList{}
	bad := malformed{file: Fetch}
	for l := range lines {
		if reason := r.readFetch(f, l); reason != "" {
			if err := bad.add(l, reason); err != nil {
				return nil, err
			}
		}
	}
	f.Malformed = bad.all
	return f, nil
}

func (r *reader) readFetch(f *FetchList, l line) string {
	if l.bad != "" {
		return l.bad
	}
	url, rest := cutBlanks(l.text)
	length, written := cutBlanks(rest)
	switch {
	case url == "" || !strings.Contains(url, ":"):
		return "the line does not begin with a URL"
	case length != "-" && !isDigits(length):
		return "the length is neither a number nor \"-\""
	case written == "":
		return "the line has no name"
	case leadsOut(written):
		f.Outside = append(f.Outside, Outside{written, l.number})
		return ""
	}
	name, _ := r.name(written)
	if !IsPayload(name) {
		return "only files beneath data/ can be fetched"
	}
	f.Files = append(f.Files, Fetched{name, url, l.number})
	return ""
}

// cutBlanks splits a text around its first blanks.
func cutBlanks(s string) (word, rest string) {
	i := strings.IndexAny(s, blanks)
	if i < 0 {
		return s, ""
	}
	return s[:i], strings.TrimLeft(s[i:], blanks)
}

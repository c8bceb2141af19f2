package bag

import (
	"strconv"
	"strings"

	"github.com/checksig/checksig/go/internal/list"
)

// Info is what bag-info.txt says about the payload.
type Info struct {
	Name      string
	Oxums     []Oxum // one, in a bag that is as it should be
	Malformed []list.Malformed
}

// Oxum is a Payload-Oxum: the size of the payload in bytes and files.
type Oxum struct {
	Bytes, Files int64
	Line         int32
}

const oxumLabel = "Payload-Oxum"

// info reads bag-info.txt. A line that begins with a blank continues the one before.
func (r *reader) info(name string) (*Info, error) {
	lines, err := r.lines(name)
	if err != nil {
		return nil, err
	}
	info := &Info{Name: name}
	bad := malformed{file: name}
	var open line // an unfinished element
	var failed error
	end := func() {
		if reason := info.add(open); reason != "" && failed == nil {
			failed = bad.add(open, reason)
		}
		open = line{}
	}
	for l := range lines {
		if strings.Trim(l.text, blanks) == "" {
			continue
		}
		if l.bad == "" && strings.IndexByte(blanks, l.text[0]) >= 0 && open.text != "" {
			open.text += " " + strings.Trim(l.text, blanks)
			continue
		}
		end()
		open = l
	}
	end()
	info.Malformed = sortedByLine(bad.all)
	return info, failed
}

// add adds an element, or returns why it is malformed.
func (i *Info) add(l line) string {
	if l.text == "" || l.bad != "" {
		return l.bad
	}
	label, value, ok := strings.Cut(l.text, ":")
	if !ok {
		return "the line has no label, such as \"Source-Organization:\""
	}
	if !strings.EqualFold(strings.Trim(label, blanks), oxumLabel) {
		return ""
	}
	bytes, files, _ := strings.Cut(strings.Trim(value, blanks), ".")
	o := Oxum{Line: l.number}
	var bad, worse error
	o.Bytes, bad = strconv.ParseInt(bytes, 10, 64)
	o.Files, worse = strconv.ParseInt(files, 10, 64)
	if bad != nil || worse != nil || !isDigits(bytes) || !isDigits(files) {
		return "Payload-Oxum is not BYTES.FILES"
	}
	i.Oxums = append(i.Oxums, o)
	if len(i.Oxums) > 1 {
		return "Payload-Oxum is repeated"
	}
	return ""
}

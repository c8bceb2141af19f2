// Package glob matches names with shell patterns, as POSIX fnmatch has them.
package glob

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Glob is a pattern for one element of a name. It is not nil.
type Glob []part

// part matches one character of a name, or any number of them if it is star.
type part struct {
	star    bool
	negated bool
	ranges  []runeRange
	classes []func(rune) bool
}

type runeRange struct{ first, last rune }

var anyRune = runeRange{0, unicode.MaxRune}

// isIn reports whether the part matches a character.
func (p part) isIn(r rune) bool {
	for _, c := range p.ranges {
		if c.first <= r && r <= c.last {
			return !p.negated
		}
	}
	for _, isIn := range p.classes {
		if isIn(r) {
			return !p.negated
		}
	}
	return p.negated
}

// Matches reports whether the pattern matches the whole of a name.
func (g Glob) Matches(name string) bool {
	return Match(g, characters(name), func(p part) bool { return p.star }, part.isIn)
}

// characters returns those of a text. A byte that is not UTF-8 becomes a low surrogate,
// which no UTF-8 text has.
func characters(text string) []rune {
	all := make([]rune, 0, len(text))
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		if r == utf8.RuneError && size == 1 {
			r = 0xDC00 + rune(text[0])
		}
		all, text = append(all, r), text[size:]
	}
	return all
}

var (
	errOpenSet   = errors.New(`"[" without "]"; for the character itself, write "\["`)
	errBackslash = errors.New("it ends with a backslash that quotes nothing")
)

// New reads a pattern.
func New(text string) (Glob, error) {
	s := &globScanner{characters(text)}
	g := Glob{}
	for len(s.rest) > 0 {
		switch c := s.next(); c {
		case '*':
			g = append(g, part{star: true})
		case '?':
			g = append(g, part{ranges: []runeRange{anyRune}})
		case '[':
			set, err := s.set()
			if err != nil {
				return nil, err
			}
			g = append(g, set)
		default:
			r, err := s.quoted(c)
			if err != nil {
				return nil, err
			}
			g = append(g, part{ranges: []runeRange{{r, r}}})
		}
	}
	return g, nil
}

type globScanner struct{ rest []rune }

func (s *globScanner) next() rune {
	c := s.rest[0]
	s.rest = s.rest[1:]
	return c
}

func (s *globScanner) has(i int, c rune) bool { return i < len(s.rest) && s.rest[i] == c }

// quoted returns the character that c and maybe the next one mean.
func (s *globScanner) quoted(c rune) (rune, error) {
	if c != '\\' {
		return c, nil
	}
	if len(s.rest) == 0 {
		return 0, errBackslash
	}
	return s.next(), nil
}

// set reads a bracket expression after its "[" (POSIX, 9.3.5). A "]" that comes first
// is a character of the set, and so is a "-" at either end.
func (s *globScanner) set() (set part, err error) {
	if s.has(0, '!') || s.has(0, '^') {
		set.negated = true
		s.next()
	}
	for isFirst := true; ; isFirst = false {
		if len(s.rest) == 0 {
			return set, errOpenSet
		}
		c := s.next()
		switch {
		case c == ']' && !isFirst:
			return set, nil
		case c == '[' && (s.has(0, ':') || s.has(0, '.') || s.has(0, '=')):
			err = s.class(&set)
		default:
			err = s.span(&set, c)
		}
		if err != nil {
			return set, err
		}
	}
}

// span reads a character that begins with c, or a range.
func (s *globScanner) span(set *part, c rune) (err error) {
	span := runeRange{}
	if span.first, err = s.quoted(c); err != nil {
		return errOpenSet
	}
	span.last = span.first
	if s.has(0, '-') && len(s.rest) > 1 && s.rest[1] != ']' {
		s.next()
		end := s.next()
		if end == '[' && (s.has(0, ':') || s.has(0, '.') || s.has(0, '=')) {
			return errors.New("a range can't end with a class")
		}
		if span.last, err = s.quoted(end); err != nil {
			return errOpenSet
		}
		if span.last < span.first {
			return fmt.Errorf("the range %c-%c is in the wrong order", span.first, span.last)
		}
	}
	set.ranges = append(set.ranges, span)
	return nil
}

// class reads what begins with "[:", "[." or "[=", after the first character.
func (s *globScanner) class(set *part) error {
	kind := s.next()
	text := string(s.rest)
	name, _, ok := strings.Cut(text, string(kind)+"]")
	switch isIn := classes[name]; {
	case !ok:
		return fmt.Errorf(`"[%c" without "%c]"`, kind, kind)
	case kind != ':':
		return fmt.Errorf(`"[%c%s%c]" is not supported in a set`, kind, name, kind)
	case isIn == nil:
		return fmt.Errorf(`unknown class "[:%s:]"`, name)
	default:
		set.classes = append(set.classes, isIn)
	}
	s.rest = s.rest[utf8.RuneCountInString(name)+2:]
	return nil
}

// classes are those of POSIX. Digits are ASCII, and all else is as Unicode has it.
var classes = map[string]func(rune) bool{
	"alnum":  func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) },
	"alpha":  unicode.IsLetter,
	"blank":  func(r rune) bool { return r == '\t' || unicode.Is(unicode.Zs, r) },
	"cntrl":  unicode.IsControl,
	"digit":  isDigit,
	"graph":  isGraph,
	"lower":  unicode.IsLower,
	"print":  func(r rune) bool { return isGraph(r) || unicode.Is(unicode.Zs, r) },
	"punct":  func(r rune) bool { return isGraph(r) && !unicode.IsLetter(r) && !unicode.IsDigit(r) },
	"space":  unicode.IsSpace,
	"upper":  unicode.IsUpper,
	"xdigit": func(r rune) bool { return isDigit(r) || 'a' <= r && r <= 'f' || 'A' <= r && r <= 'F' },
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

func isGraph(r rune) bool { return unicode.IsGraphic(r) && !unicode.Is(unicode.Zs, r) }

// Match matches all elements against a pattern, in which some parts match any
// number of elements. Only the last of these can need another try, so it takes time
// proportional to the product of the lengths at most.
func Match[P, E any](pattern []P, elements []E, isAny func(P) bool, isMatch func(P, E) bool) bool {
	part, element := 0, 0
	retry, from := -1, 0 // the last part for any number, and the first element after what it matches
	for element < len(elements) {
		switch {
		case part < len(pattern) && isAny(pattern[part]):
			retry, from = part, element
			part++
		case part < len(pattern) && isMatch(pattern[part], elements[element]):
			part, element = part+1, element+1
		case retry < 0:
			return false
		default:
			from++
			part, element = retry+1, from
		}
	}
	for part < len(pattern) && isAny(pattern[part]) {
		part++
	}
	return part == len(pattern)
}

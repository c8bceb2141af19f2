package multibuffer_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"

	"github.com/checksig/checksig/go/internal/digest"
	"github.com/checksig/checksig/go/internal/multibuffer"
)

// algorithms returns the algorithms that have a family.
func algorithms() []digest.Algorithm {
	var all []digest.Algorithm
	for _, a := range digest.All() {
		if _, _, ok := a.Family(); ok {
			all = append(all, a)
		}
	}
	return all
}

func reference(a digest.Algorithm, message []byte) []byte {
	h := a.New()
	h.Write(message)
	return h.Sum(nil)
}

// forced runs a test with every kernel of this CPU, and with the automatic choice.
func forced(t *testing.T, test func(t *testing.T)) {
	for _, name := range append(multibuffer.Kernels(), "auto") {
		t.Run(name, func(t *testing.T) {
			use(t, name)
			test(t)
		})
	}
}

// The skipped subtests are the kernels that the other tests have not run on this CPU.
func TestEveryKernelOfTheArchitectureRuns(t *testing.T) {
	for _, name := range map[string][]string{
		"amd64": {"sha-ni-x2", "ssse3-x4", "avx2-x4", "avx2-x8", "avx2-x16", "avx512-x8", "avx512-x16"},
		"arm64": {"arm-sha-x2", "neon-x4", "neon-x8", "neon-x16"},
	}[runtime.GOARCH] {
		t.Run(name, func(t *testing.T) {
			switch kernels := multibuffer.Kernels(); {
			case slices.Contains(kernels, name):
			case slices.Contains(kernels, "emulated-"+name):
				t.Skip("emulated: its source ran with other instructions")
			case len(kernels) == 1:
				t.Skip("built without cgo")
			default:
				t.Skip("not supported by this CPU or by the compiler")
			}
		})
	}
}

func use(t testing.TB, name string) {
	t.Helper()
	if err := multibuffer.Select(name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := multibuffer.Select("auto"); err != nil {
			t.Fatal(err)
		}
	})
}

func random(seed uint64, size int) []byte {
	b := make([]byte, size)
	r := rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)})
	r.Read(b)
	return b
}

// sums computes digests as a caller does: it passes whole blocks of all messages that
// have some left, and finally their ends with the padding.
func sums(c *multibuffer.Compressor, a digest.Algorithm, messages [][]byte, shift int, between func(step int)) [][]byte {
	f, initial, _ := a.Family()
	size := f.BlockSize()
	states := make([]multibuffer.State, len(messages))
	places := make([]int, len(messages))
	ends := make([]int, len(messages))
	buffer := make([]byte, shift)
	for i, m := range messages {
		states[i] = initial
		places[i] = len(buffer)
		buffer = append(buffer, m...)
		used := len(m) % size
		room := append(buffer, make([]byte, 2*size)...)
		padded := f.Pad(room[len(buffer)-used:], used, uint64(len(m)))
		buffer = room[:len(buffer)-used+padded]
		ends[i] = len(buffer)
	}
	for step := 0; ; step++ {
		var group []multibuffer.Message
		blocks := 1 << 20
		for i := range messages {
			if left := (ends[i] - places[i]) / size; left > 0 {
				blocks = min(blocks, left)
				group = append(group, multibuffer.Message{Offset: uint64(places[i]), State: uint32(i)})
			}
		}
		if len(group) == 0 {
			break
		}
		if between != nil {
			between(step)
			blocks = min(blocks, 1+step%5)
		}
		c.Compress(f, states, buffer, group, blocks)
		for _, m := range group {
			places[m.State] += blocks * size
		}
	}
	out := make([][]byte, len(messages))
	for i := range states {
		out[i] = f.AppendSum(nil, &states[i], a.Size())
	}
	return out
}

func compare(t *testing.T, a digest.Algorithm, messages, got [][]byte) {
	t.Helper()
	for i, m := range messages {
		if want := reference(a, m); !bytes.Equal(got[i], want) {
			t.Errorf("%v of message %d of %d, %d bytes = %x, want %x", a, i, len(messages), len(m), got[i], want)
		}
	}
}

func TestAnEmptyMessageIsOnlyPadding(t *testing.T) {
	forced(t, func(t *testing.T) {
		for _, a := range algorithms() {
			compare(t, a, [][]byte{nil}, sums(multibuffer.New(), a, [][]byte{nil}, 0, nil))
		}
	})
}

func TestMessagesOfEveryLengthArePadded(t *testing.T) {
	for _, a := range algorithms() {
		f, initial, _ := a.Family()
		size := f.BlockSize()
		for length := range 3*size + 2 {
			for extra := 0; extra <= length; extra += size { // whole blocks in the rest
				message := random(uint64(length), length)
				used := length%size + extra
				if used > length {
					break
				}
				state := []multibuffer.State{initial}
				c := multibuffer.New()
				one := make([]multibuffer.Message, 1)
				c.Compress(f, state, message, one, (length-used)/size)
				rest := append(bytes.Clone(message[length-used:]), bytes.Repeat([]byte{0xFF}, 2*size)...)
				padded := f.Pad(rest, used, uint64(length))
				if padded%size != 0 || padded > used+size+size/8 {
					t.Fatalf("%v: Pad(%d) = %d", f, used, padded)
				}
				c.Compress(f, state, rest, one, padded/size)
				if got, want := f.AppendSum([]byte("x"), &state[0], a.Size()), reference(a, message); !bytes.Equal(got[1:], want) {
					t.Fatalf("%v of %d bytes, %d in the rest = %x, want %x", a, length, used, got[1:], want)
				}
			}
		}
	}
}

func TestPaddingCountsBitsBeyond64(t *testing.T) {
	for f, want := range map[multibuffer.Family][]byte{
		multibuffer.MD5:    {0x10, 0, 0, 0, 0, 0, 0, 0},
		multibuffer.SHA1:   {0, 0, 0, 0, 0, 0, 0, 0x10},
		multibuffer.SHA512: {0, 0, 0, 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0x10},
	} {
		b := make([]byte, 256)
		end := f.Pad(b, 0, 5<<61+2)
		if got := b[end-len(want) : end]; !bytes.Equal(got, want) {
			t.Errorf("%v: length %x, want %x", f, got, want)
		}
	}
}

func TestEveryKernelAgreesWithTheStandardLibrary(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	longest := 1 << 20
	if testing.Short() {
		longest = 1 << 14
	}
	forced(t, func(t *testing.T) {
		c := multibuffer.New()
		for _, a := range algorithms() {
			for count := 1; count <= multibuffer.MaxLanes+3; count++ {
				messages := make([][]byte, count)
				for i := range messages {
					length := r.IntN(2000)
					switch r.IntN(16) {
					case 0:
						length = r.IntN(20000)
					case 1:
						length = r.IntN(130)
					}
					messages[i] = random(uint64(i), length)
				}
				if count%8 == 1 {
					messages[0] = random(99, r.IntN(longest)+1)
				}
				compare(t, a, messages, sums(c, a, messages, 0, nil))
			}
			compare(t, a, [][]byte{random(7, longest)}, sums(c, a, [][]byte{random(7, longest)}, 0, nil))
		}
	})
}

func TestAMessageMayStartAtAnyOffset(t *testing.T) {
	forced(t, func(t *testing.T) {
		c := multibuffer.New()
		for _, a := range algorithms() {
			f, initial, _ := a.Family()
			size := f.BlockSize()
			data := random(3, 64+multibuffer.MaxLanes*(2*size+1))
			for shift := range 64 {
				states := make([]multibuffer.State, multibuffer.MaxLanes)
				messages := make([]multibuffer.Message, multibuffer.MaxLanes)
				for i := range messages {
					states[i] = initial
					messages[i] = multibuffer.Message{Offset: uint64(shift + i*(2*size+1)), State: uint32(i)}
				}
				// The buffer ends with the last message.
				buffer := bytes.Clone(data[:shift+multibuffer.MaxLanes*(2*size+1)-1])
				c.Compress(f, states, buffer, messages, 2)
				for i, m := range messages {
					message := data[m.Offset:][:2*size]
					tail := make([]byte, 2*size)
					c.Compress(f, states[i:], tail, make([]multibuffer.Message, 1), f.Pad(tail, 0, uint64(2*size))/size)
					if got, want := f.AppendSum(nil, &states[i], a.Size()), reference(a, message); !bytes.Equal(got, want) {
						t.Fatalf("%v of message %d at %d = %x, want %x", a, i, m.Offset, got, want)
					}
				}
			}
		}
	})
}

func TestAMessageMayChangeKernelsAtAnyBlock(t *testing.T) {
	names := multibuffer.Kernels()
	r := rand.New(rand.NewPCG(3, 4))
	use(t, "auto")
	c := multibuffer.New()
	for _, a := range algorithms() {
		for range 4 {
			messages := make([][]byte, 1+r.IntN(multibuffer.MaxLanes+3))
			for i := range messages {
				messages[i] = random(uint64(i), r.IntN(3000))
			}
			compare(t, a, messages, sums(c, a, messages, 0, func(int) {
				if err := multibuffer.Select(names[r.IntN(len(names))]); err != nil {
					t.Fatal(err)
				}
			}))
		}
	}
}

func TestOnlyTheStatesOfTheMessagesAreWritten(t *testing.T) {
	forced(t, func(t *testing.T) {
		c := multibuffer.New()
		for f := multibuffer.MD5; f <= multibuffer.SHA512; f++ {
			for count := 1; count <= multibuffer.MaxLanes+3; count++ {
				data := random(uint64(count), (count+2)*f.BlockSize())
				before := bytes.Clone(data)
				states := make([]multibuffer.State, 2*count+2)
				for i := range states {
					for j := range states[i] {
						states[i][j] = 0xA5A5A5A5A5A5A5A5 + uint64(i*8+j)
					}
				}
				was := append([]multibuffer.State(nil), states...)
				messages := make([]multibuffer.Message, count, count+1)
				spare := &messages[:count+1][count]
				spare.State = 77
				for i := range messages {
					messages[i] = multibuffer.Message{Offset: uint64((i + 1) * f.BlockSize()), State: uint32(2*i + 1)}
				}
				given := append([]multibuffer.Message(nil), messages...)
				c.Compress(f, states, data, messages, 1)
				if !bytes.Equal(data, before) || *spare != (multibuffer.Message{State: 77}) {
					t.Fatalf("%v, %d messages: the data, or the memory after the messages, has changed", f, count)
				}
				words := map[multibuffer.Family]int{multibuffer.MD5: 2, multibuffer.SHA1: 3, multibuffer.SHA256: 4, multibuffer.SHA512: 8}[f]
				for i := range states {
					changed := states[i] != was[i]
					if changed != (i%2 == 1 && i/2 < count) {
						t.Fatalf("%v, %d messages: state %d has changed: %v", f, count, i, changed)
					}
					for j := words; j < 8; j++ {
						if states[i][j] != was[i][j] {
							t.Fatalf("%v, %d messages: state %d, word %d has changed, which the family does not use", f, count, i, j)
						}
					}
				}
				for i := range messages {
					if messages[i] != given[i] {
						t.Fatalf("%v: message %d has changed", f, i)
					}
				}
			}
		}
	})
}

func TestMessagesOutsideTheBufferPanic(t *testing.T) {
	c := multibuffer.New()
	for _, m := range []multibuffer.Message{
		{Offset: 65}, {Offset: 129}, {Offset: 1<<64 - 64}, {Offset: 0, State: 1},
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v is accepted", m)
				}
			}()
			c.Compress(multibuffer.MD5, make([]multibuffer.State, 1), make([]byte, 128), []multibuffer.Message{m}, 1)
		}()
	}
	c.Compress(multibuffer.MD5, make([]multibuffer.State, 1), make([]byte, 128), []multibuffer.Message{{Offset: 64}}, 1)
	c.Compress(multibuffer.MD5, nil, nil, nil, 1)
	c.Compress(multibuffer.MD5, nil, nil, []multibuffer.Message{{Offset: 64}}, 0)
}

func TestCompressAllocatesNothing(t *testing.T) {
	info, _ := debug.ReadBuildInfo()
	if info != nil && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"}) {
		t.Skip("the standard library's hashes allocate with the race detector")
	}
	forced(t, func(t *testing.T) {
		c := multibuffer.New()
		data := make([]byte, 4096)
		states := make([]multibuffer.State, 19)
		messages := make([]multibuffer.Message, 19)
		for i := range messages {
			messages[i].State = uint32(i)
		}
		sum := make([]byte, 0, 64)
		for f := multibuffer.MD5; f <= multibuffer.SHA512; f++ {
			if n := testing.AllocsPerRun(10, func() {
				c.Compress(f, states, data, messages, 4)
				sum = f.AppendSum(sum[:0], &states[0], 16)
				f.Pad(data, 5, 5)
				f.Lanes()
				digest.SHA256.Family()
			}); n != 0 {
				t.Errorf("%v: %v allocations", f, n)
			}
		}
	})
}

func TestLanesAreOneIfOnlyTheStandardLibraryIsUsed(t *testing.T) {
	use(t, "scalar")
	for f := multibuffer.MD5; f <= multibuffer.SHA512; f++ {
		if n := f.Lanes(); n != 1 {
			t.Errorf("%v: %d lanes", f, n)
		}
	}
}

func TestAnUnknownKernelIsAnErrorThatListsTheKernels(t *testing.T) {
	for _, setting := range []string{"mmx", "scalar,mmx", "avx", "AUTO", "x8", ",", "auto,scalar"} {
		t.Setenv(multibuffer.Setting, setting)
		err := multibuffer.FromEnvironment()
		if err == nil {
			t.Errorf("%q is accepted", setting)
			continue
		}
		for _, want := range append(multibuffer.Kernels(), multibuffer.Setting, "auto") {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: error %q, want it to contain %q", setting, err, want)
			}
		}
	}
	for _, setting := range append(multibuffer.Kernels(), "", "auto", strings.Join(multibuffer.Kernels(), ",")) {
		t.Setenv(multibuffer.Setting, setting)
		if err := multibuffer.FromEnvironment(); err != nil {
			t.Errorf("%q: %v", setting, err)
		}
	}
	os.Unsetenv(multibuffer.Setting)
	if err := multibuffer.FromEnvironment(); err != nil {
		t.Error(err)
	}
}

// The inputs are the lengths of messages, the offset of the data, and the kernels to
// use block by block.
func FuzzCompressAgreesWithTheStandardLibrary(f *testing.F) {
	f.Add([]byte("\x00\x01\x3f\x40\x41"), uint8(0), []byte{0})
	f.Add(bytes.Repeat([]byte{77}, 19), uint8(5), []byte{0, 1, 2, 3})
	f.Add([]byte("\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"), uint8(63), []byte{9, 2, 255})
	names := append(multibuffer.Kernels(), "auto")
	f.Fuzz(func(t *testing.T, lengths []byte, shift uint8, kernels []byte) {
		lengths = lengths[:min(len(lengths), 2*multibuffer.MaxLanes)]
		messages := make([][]byte, len(lengths))
		for i, n := range lengths {
			messages[i] = random(uint64(i)<<8+uint64(shift), int(n)*3)
		}
		use(t, "auto")
		c := multibuffer.New()
		for _, a := range algorithms() {
			compare(t, a, messages, sums(c, a, messages, int(shift), func(step int) {
				if len(kernels) > 0 {
					use(t, names[int(kernels[step%len(kernels)])%len(names)])
				}
			}))
		}
	})
}

// BenchmarkCompress measures the throughput of the standard library ("std"), of every
// kernel with full lanes, and of the automatic choice for few messages.
func BenchmarkCompress(b *testing.B) {
	const size = 8 << 10
	buffer := random(1, multibuffer.MaxLanes*size)
	run := func(b *testing.B, f multibuffer.Family, kernel string, count int) {
		use(b, kernel)
		c := multibuffer.New()
		states := make([]multibuffer.State, count)
		messages := make([]multibuffer.Message, count)
		for i := range messages {
			messages[i] = multibuffer.Message{Offset: uint64(i * size), State: uint32(i)}
		}
		c.Compress(f, states, buffer, messages, 1)
		b.SetBytes(int64(count * size))
		for b.Loop() {
			c.Compress(f, states, buffer, messages, size/f.BlockSize())
		}
	}
	for _, a := range []digest.Algorithm{digest.MD5, digest.SHA1, digest.SHA256, digest.SHA512} {
		f, _, _ := a.Family()
		b.Run(fmt.Sprintf("%v/std", f), func(b *testing.B) {
			h := a.New()
			b.SetBytes(multibuffer.MaxLanes * size)
			for b.Loop() {
				h.Write(buffer)
			}
		})
		for _, name := range multibuffer.Kernels() {
			b.Run(fmt.Sprintf("%v/%s", f, name), func(b *testing.B) { run(b, f, name, multibuffer.MaxLanes) })
		}
		for _, count := range []int{1, 2, 3, 4, 5, 6, 7, 8, 12, 16} {
			b.Run(fmt.Sprintf("%v/auto-%d", f, count), func(b *testing.B) { run(b, f, "auto", count) })
		}
	}
}

package netmodel

// Kind says what an acquired resource is; it only changes the wording of a
// report and how long a leak lasts.
type Kind uint8

const (
	// Conn is a stream connection.
	Conn Kind = iota
	// Listener accepts connections.
	Listener
	// PacketConn is a datagram socket.
	PacketConn
	// FD is a raw descriptor held as an int, or an array of them (socketpair):
	// no finalizer ever closes it.
	FD
	// File is an *os.File that owns a descriptor of a socket.
	File
	// Session is a multiplexer, client or protocol object over a connection
	// which goroutines of its own keep reachable: no finalizer closes it.
	Session
	// Stream is one stream of a Session: the session keeps a reference, so a
	// leaked stream stays until the whole session ends.
	Stream
)

// When says on which outcomes of a call an effect happens. A call fails when
// its last error result is non-nil, or, without one, its last bool is false.
// OnSuccess therefore reads "some failure leaves the operand as it was", and
// OnFailure fits (*sync.Map).LoadOrStore, whose false means "stored".
type When uint8

const (
	// Always is on success and on failure.
	Always When = iota
	// OnSuccess only.
	OnSuccess
	// OnFailure only.
	OnFailure
)

// IO says how a call waits for the peer.
type IO uint8

const (
	// NoIO does not wait for the peer.
	NoIO IO = iota
	// Read waits for bytes from the peer.
	Read
	// Write waits until the peer takes bytes; bounded by socket buffers.
	Write
	// Handshake is a whole exchange with the peer: a TLS or SSH handshake, a
	// PROXY header, the head of an HTTP request.
	Handshake
)

// Dir is the set of directions a deadline bounds.
type Dir uint8

const (
	// ReadDir bounds reads.
	ReadDir Dir = 1 << iota
	// WriteDir bounds writes.
	WriteDir
	// BothDirs bounds reads and writes.
	BothDirs = ReadDir | WriteDir
)

// Acquire is a result that the caller has to release when the call succeeds.
type Acquire struct {
	Result int  `json:"result"`
	Kind   Kind `json:"kind"`
}

// Wrap says that a result stands for an operand: what closes the result closes
// the operand. With Borrows it only uses the operand (a bufio.Reader).
type Wrap struct {
	Operand int  `json:"operand"`
	Result  int  `json:"result"`
	Borrows bool `json:"borrows,omitempty"`
}

// Take hands an operand over: the callee closes or keeps it.
type Take struct {
	Operand int  `json:"operand"`
	When    When `json:"when"`
}

// Peer says that the call waits for the peer behind an operand.
type Peer struct {
	Operand int `json:"operand"`
	IO      IO  `json:"io"`
	// Context is the operand of a context that bounds the wait, or -1.
	Context int `json:"context"`
	// Bounded says that the callee itself limits the wait as a whole, with no
	// configuration (a PROXY header's ReadTimeout).
	Bounded bool `json:"bounded,omitempty"`
}

// Deadline says that the call bounds later waits on an operand.
type Deadline struct {
	Operand int `json:"operand"`
	Dirs    Dir `json:"dirs"`
	// Time is the operand that holds the time.Time or time.Duration, or -1.
	Time int `json:"time"`
}

// Accept says that the call takes one connection from a listener.
type Accept struct {
	// Operand is the listener.
	Operand int `json:"operand"`
	// Result is the accepted connection.
	Result int `json:"result"`
	// Session says that Operand is the session of one peer and not a listener,
	// so Result is one of its streams: a slow stream holds up that peer only,
	// and an error ends that session and nothing else.
	Session bool `json:"session,omitempty"`
}

// Spec is all the model says of one function. A nil or zero field says
// "nothing": operands that no field names are borrowed. So the zero Spec is a
// statement too: the function only uses what it is given, and an obligation
// stays with the caller. That is what sets it apart from a function without a
// row, of which nothing is known.
type Spec struct {
	Acquires []Acquire  `json:"acquires,omitempty"`
	Releases []int      `json:"releases,omitempty"`
	Wraps    []Wrap     `json:"wraps,omitempty"`
	Takes    []Take     `json:"takes,omitempty"`
	Peer     []Peer     `json:"peer,omitempty"`
	Deadline []Deadline `json:"deadline,omitempty"`
	Accept   *Accept    `json:"accept,omitempty"`
	// Serves is the operand of a listener that the call accepts from until it
	// fails, giving each connection its own goroutine (http.Serve); nil if none.
	Serves *int `json:"serves,omitempty"`
	// Incoming is a result, a channel of what the peer opens over the session that the
	// call makes: it is closed when that has ended, and who serves it leaves the end
	// to the peer; nil if none.
	Incoming *int `json:"incoming,omitempty"`
	// Backlog is the operand that is the backlog of listen(2); nil if none.
	Backlog *int `json:"backlog,omitempty"`
	// Dup are results that are a new descriptor for the same socket: both
	// have to be closed (net.FileConn, (*net.TCPConn).File).
	Dup bool `json:"dup,omitempty"`
	// Shared says of a listener, that a call makes or accepts from, that what it
	// gives out shares one socket or has none (DTLS over UDP, pipes in memory):
	// accepting takes no descriptor, and fails for good once the listener is over.
	Shared bool `json:"shared,omitempty"`
	// Delays says that the call sleeps or waits on a timer or limiter.
	Delays bool `json:"delays,omitempty"`
	// NoReturn says that the call ends the goroutine or the process.
	NoReturn bool `json:"noReturn,omitempty"`
	// Exits says that the call ends the whole process.
	Exits bool `json:"exits,omitempty"`
	// NonNil are results that are never nil (errors.New).
	NonNil []int `json:"nonNil,omitempty"`
	// NilOf are results that are nil exactly when the operand is
	// (github.com/pkg/errors.Wrap).
	NilOf []Wrap `json:"nilOf,omitempty"`
	// TrueMeansNonNil is the operand that is non-nil when the bool result is
	// true (errors.Is); nil if none.
	TrueMeansNonNil *int `json:"trueMeansNonNil,omitempty"`
	// Runs is the operand of a func that the call runs before it returns
	// (sync.Once.Do); nil if none.
	Runs *int `json:"runs,omitempty"`
	// Spawns is the operand of a func that the call runs on another goroutine
	// (errgroup.Group.Go, time.AfterFunc); nil if none. A call that fails
	// does not start it (errgroup.Group.TryGo).
	Spawns *int `json:"spawns,omitempty"`
	// Sure says that the call never fails, in spite of its error result.
	Sure bool `json:"sure,omitempty"`
	// FailsClosed are operands that are closed already when the call fails: while one
	// of them is open the call succeeds, so that a path on which it fails leaves
	// nothing open.
	FailsClosed []int `json:"failsClosed,omitempty"`
	// Checks are operands, a configuration, whose values alone decide whether the
	// call fails: with a right one that is written out it never does.
	Checks []int `json:"checks,omitempty"`
	// Loads are operands that name files which the call reads before it takes an
	// operand over: with no names in them it fails no more before that, so that what
	// it takes on success it always takes.
	Loads []int `json:"loads,omitempty"`
	// Registers are operands of funcs that are kept and run later
	// ((*testing.T).Cleanup, http.HandleFunc).
	Registers []int `json:"registers,omitempty"`
}

// Field is what the model says of a struct field that ends in a system call
// which the callee's body does not show.
type Field struct {
	// Backlog says that the field is the backlog of listen(2).
	Backlog bool
	// ZeroIsDefault says that the callee replaces 0 by a sound value.
	ZeroIsDefault bool
}

// FieldRow is one line of the model about a struct field.
type FieldRow struct {
	// Field is the field: "github.com/valyala/tcplisten.Config.Backlog".
	Field string
	Spec  Field
}

// Row is one line of the model.
type Row struct {
	// Func is the function as go/types prints it: "net.Dial",
	// "(*net.TCPListener).AcceptTCP", "(net.Listener).Accept". A method is
	// looked up in the method set of the type, so a promoted method may be
	// named through the type that promotes it.
	Func string `json:"func"`
	Spec
}

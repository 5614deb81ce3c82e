package netmodel

// stdIO is package io and what reads or writes through its interfaces: a read
// waits for the peer when the reader is a connection, and the result of a
// function that only uses its operand stands for that operand in later calls.
func stdIO() []Row {
	return []Row{
		{"io.Copy", all(wait(1, Read), wait(0, Write))},
		{"io.CopyN", all(wait(1, Read), wait(0, Write))},
		{"io.CopyBuffer", all(wait(1, Read), wait(0, Write))},
		{"io.ReadAll", wait(0, Read)},
		{"io.ReadFull", wait(0, Read)},
		{"io.ReadAtLeast", wait(0, Read)},
		{"io.WriteString", wait(0, Write)},
		{"io/ioutil.ReadAll", wait(0, Read)},

		{"(io.Closer).Close", release(0)},
		{"(io.Reader).Read", wait(0, Read)},
		{"(io.Writer).Write", wait(0, Write)},
		{"(io.ByteReader).ReadByte", wait(0, Read)},
		{"(io.ByteScanner).UnreadByte", borrow()},
		{"(io.ByteWriter).WriteByte", wait(0, Write)},
		{"(io.RuneReader).ReadRune", wait(0, Read)},
		{"(io.RuneScanner).UnreadRune", borrow()},
		{"(io.StringWriter).WriteString", wait(0, Write)},
		{"(io.ReaderFrom).ReadFrom", all(wait(1, Read), wait(0, Write))},
		{"(io.WriterTo).WriteTo", all(wait(0, Read), wait(1, Write))},

		// They read or write what they are given and never close it: NopCloser is
		// there for that.
		{"io.NopCloser", uses(0, 0)},
		{"io/ioutil.NopCloser", uses(0, 0)},
		{"io.LimitReader", uses(0, 0)},
		{"io.TeeReader", all(uses(0, 0), uses(1, 0))},
		{"io.MultiReader", uses(0, 0)},
		{"io.MultiWriter", uses(0, 0)},
		{"(*io.LimitedReader).Read", wait(0, Read)},

		{"(*bytes.Buffer).ReadFrom", wait(1, Read)},
		{"(*bytes.Buffer).WriteTo", wait(1, Write)},
		{"(*bytes.Reader).WriteTo", wait(1, Write)},
		{"(*strings.Reader).WriteTo", wait(1, Write)},
		{"(*strings.Replacer).WriteString", wait(1, Write)},

		// "err is always nil"; they panic when memory is exhausted.
		{"(*bytes.Buffer).Write", sure()},
		{"(*bytes.Buffer).WriteString", sure()},
		{"(*bytes.Buffer).WriteByte", sure()},
		{"(*bytes.Buffer).WriteRune", sure()},
		{"(*strings.Builder).Write", sure()},
		{"(*strings.Builder).WriteString", sure()},
		{"(*strings.Builder).WriteByte", sure()},
		{"(*strings.Builder).WriteRune", sure()},
	}
}

// stdBufio is package bufio and the line protocols above it. A ReadWriter and a
// textproto.Conn promote these methods. A write may flush. Reset changes what an
// object uses, which no field can say: it borrows, as the object does.
func stdBufio() []Row {
	return []Row{
		{"bufio.NewReader", uses(0, 0)},
		{"bufio.NewReaderSize", uses(0, 0)},
		{"bufio.NewWriter", uses(0, 0)},
		{"bufio.NewWriterSize", uses(0, 0)},
		{"bufio.NewReadWriter", all(uses(0, 0), uses(1, 0))},
		{"bufio.NewScanner", uses(0, 0)},

		{"(*bufio.Reader).Read", wait(0, Read)},
		{"(*bufio.Reader).ReadByte", wait(0, Read)},
		{"(*bufio.Reader).ReadBytes", wait(0, Read)},
		{"(*bufio.Reader).ReadLine", wait(0, Read)},
		{"(*bufio.Reader).ReadRune", wait(0, Read)},
		{"(*bufio.Reader).ReadSlice", wait(0, Read)},
		{"(*bufio.Reader).ReadString", wait(0, Read)},
		{"(*bufio.Reader).Peek", wait(0, Read)},
		{"(*bufio.Reader).Discard", wait(0, Read)},
		{"(*bufio.Reader).Buffered", borrow()},
		{"(*bufio.Reader).Size", borrow()},
		{"(*bufio.Reader).UnreadByte", borrow()},
		{"(*bufio.Reader).UnreadRune", borrow()},
		{"(*bufio.Reader).WriteTo", all(wait(0, Read), wait(1, Write))},
		{"(*bufio.Reader).Reset", borrow()},

		{"(*bufio.Writer).Write", wait(0, Write)},
		{"(*bufio.Writer).WriteByte", wait(0, Write)},
		{"(*bufio.Writer).WriteRune", wait(0, Write)},
		{"(*bufio.Writer).WriteString", wait(0, Write)},
		{"(*bufio.Writer).Flush", wait(0, Write)},
		{"(*bufio.Writer).Available", borrow()},
		{"(*bufio.Writer).AvailableBuffer", borrow()},
		{"(*bufio.Writer).Buffered", borrow()},
		{"(*bufio.Writer).Size", borrow()},
		{"(*bufio.Writer).ReadFrom", all(wait(1, Read), wait(0, Write))},
		{"(*bufio.Writer).Reset", borrow()},

		{"(*bufio.Scanner).Scan", wait(0, Read)},
		{"(*bufio.Scanner).Buffer", borrow()},
		{"(*bufio.Scanner).Bytes", borrow()},
		{"(*bufio.Scanner).Err", borrow()},
		{"(*bufio.Scanner).Split", registers(1)},
		{"(*bufio.Scanner).Text", borrow()},

		{"net/textproto.NewReader", uses(0, 0)},
		{"net/textproto.NewWriter", uses(0, 0)},
		{"(*net/textproto.Reader).ReadLine", wait(0, Read)},
		{"(*net/textproto.Reader).ReadLineBytes", wait(0, Read)},
		{"(*net/textproto.Reader).ReadContinuedLine", wait(0, Read)},
		{"(*net/textproto.Reader).ReadContinuedLineBytes", wait(0, Read)},
		{"(*net/textproto.Reader).ReadCodeLine", wait(0, Read)},
		{"(*net/textproto.Reader).ReadResponse", wait(0, Read)},
		{"(*net/textproto.Reader).ReadMIMEHeader", wait(0, Read)},
		{"(*net/textproto.Reader).ReadDotBytes", wait(0, Read)},
		{"(*net/textproto.Reader).ReadDotLines", wait(0, Read)},
		{"(*net/textproto.Reader).DotReader", uses(0, 0)},
		{"(*net/textproto.Writer).PrintfLine", wait(0, Write)},
		{"(*net/textproto.Writer).DotWriter", uses(0, 0)},
	}
}
